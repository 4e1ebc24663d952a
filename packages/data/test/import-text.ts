import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type BarColumns, KestrelError } from '@kestrel/core'

import { importFile, type ImportedDataset, type ImportOptions } from '../src/index.ts'
import { temporaryFolder } from './temporary-lake.ts'

/** Writes bytes or text to a file of that name in a folder of its own; returns the path. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, content)
  return path
}

/** Imports text as a file; `BTC-USDT.TEST` unless the options say otherwise. */
export async function importText(
  text: string,
  options: ImportOptions = {},
  name = 'x.csv',
): Promise<ImportedDataset[]> {
  return importFile(temporaryFile(name, text), { instrument: 'BTC-USDT.TEST', ...options })
}

/** The KestrelError that an import ends in. */
export async function importRefusal(result: Promise<unknown>): Promise<KestrelError> {
  try {
    await result
  } catch (error) {
    if (KestrelError.isInstance(error)) return error
    throw error
  }
  throw new Error('expected a refusal')
}

export function barsOf(dataset: ImportedDataset | undefined): BarColumns {
  return dataset?.table as BarColumns
}

/** Rows of bars as arrays of open time, open, high, low, close, volume. */
export function barRows(dataset: ImportedDataset | undefined): number[][] {
  const { openTimeMs, open, high, low, close, volume } = barsOf(dataset)
  return [...openTimeMs].map((t, i) => [t, open[i], high[i], low[i], close[i], volume[i]] as number[])
}
