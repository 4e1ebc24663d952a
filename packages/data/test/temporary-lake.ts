import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { DataError, ManualClock } from '@kestrel/core'
import { onTestFinished } from 'vitest'

import { type Lake, type LakeOptions, openLake } from '../src/lake/lake.ts'

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-data-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A lake in a folder of its own, with a clock that stands still. */
export function temporaryLake(options: LakeOptions = {}): Lake {
  const lake = openLake(temporaryFolder(), { clock: new ManualClock(Date.UTC(2025, 0, 1)), ...options })
  onTestFinished(async () => lake.close())
  return lake
}

/** The DataError that a promise ends in. */
export async function refusal(promise: Promise<unknown>): Promise<DataError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof DataError) return error
    throw error
  }
  throw new Error('expected a refusal')
}
