import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRng, KestrelError, ManualClock } from '@kestrel/core'
import { type HistorySource, type Lake, openLake } from '@kestrel/data'
import { type HistoryExchange, type HistoryExchangeOptions, startHistoryExchange } from '@kestrel/testkit'
import { onTestFinished } from 'vitest'
import { ccxtHistorySource, type CcxtHistoryOptions } from '../src/index.ts'

/** The exchange's present in these tests: a Friday, twelve minutes into an hour. */
export const NOW_MS = Date.UTC(2024, 4, 3, 10, 12)
export const HOUR_MS = 3_600_000

export interface LocalVenue {
  readonly exchange: HistoryExchange
  readonly source: HistorySource
  /** Waits that the source asked for, ms. None of them was waited. */
  readonly waits: number[]
}

/** An exchange on this machine and the unmodified ccxt client pointed at it. */
export async function localVenue(
  options: Partial<HistoryExchangeOptions> & Pick<HistoryExchangeOptions, 'venue'>,
  sourceOptions: CcxtHistoryOptions = {},
): Promise<LocalVenue> {
  const exchange = await startHistoryExchange({
    market: { listedMs: Date.UTC(2023, 0, 1) },
    nowMs: NOW_MS,
    ...options,
  })
  onTestFinished(exchange.close)
  const waits: number[] = []
  const source = ccxtHistorySource(options.venue, {
    baseUrl: exchange.url,
    clock: new ManualClock(NOW_MS),
    rng: createRng(1),
    rateLimit: false,
    sleep: async (ms) => {
      waits.push(ms)
    },
    ...sourceOptions,
  })
  return { exchange, source, waits }
}

/** A lake in a folder that goes when the test ends. */
export function temporaryLake(): Lake {
  const folder = mkdtempSync(join(tmpdir(), 'kestrel-venues-'))
  const lake = openLake(folder, { clock: new ManualClock(NOW_MS) })
  onTestFinished(async () => {
    await lake.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return lake
}

/** The error of ours that a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<KestrelError> {
  try {
    await promise
  } catch (error) {
    if (KestrelError.isInstance(error)) return error
    throw error
  }
  throw new Error('expected a failure')
}
