import { setTimeout as wait } from 'node:timers/promises'
import { readFailure } from '../ccxt/read-failure.ts'
import { VenueError } from '../venue-error.ts'
import { newFeedCall, runFeedCall } from './feed-call.ts'
import type { FeedExchange } from './feed-exchange.ts'

const FIRST_WAIT_MS = 250
const MOST_WAIT_MS = 15_000
const TRIES = 6

/** How long to wait after so many failures in a row, at least 1. */
export function backoffMs(failures: number): number {
  return Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
}

/**
 * Asks a venue once.
 *
 * @param what - What is asked for, as a message names it: `the bars of BTC-USDT.BINANCE`.
 * @throws VenueError, its `retry` `safe` where the failure may pass, with `retryAfterMs` where the venue says so.
 */
export async function askVenue<T>(exchange: FeedExchange, what: string, ask: () => Promise<T>): Promise<T> {
  const call = newFeedCall()
  try {
    const value = await runFeedCall(call, ask)
    if (!call.isCutOff) return value
  } catch (cause) {
    const { code, problem, passing } = readFailure(cause, exchange)
    throw failure(exchange, what, call.isCutOff ? 'VENUE_ANSWER' : code, problem, passing || call.isCutOff, {
      cause,
      retryAfterMs: call.retryAfterMs,
    })
  }
  throw failure(exchange, what, 'VENUE_ANSWER', 'an answer that is cut off or no JSON', true, {})
}

/** The same, again after failures that pass. */
export async function askAgain<T>(
  exchange: FeedExchange,
  what: string,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await askVenue(exchange, what, ask)
    } catch (error) {
      if (failures >= TRIES || signal.aborted || !isPassing(error)) throw error
      await wait(Math.max(backoffMs(failures), retryAfterMsOf(error)), undefined, { signal }).catch(() => undefined)
    }
  }
}

/** What the venue said of when to come back; 0 where nothing. */
export function retryAfterMsOf(error: unknown): number {
  const value = VenueError.isInstance(error) ? error.meta['retryAfterMs'] : undefined
  return typeof value === 'number' ? Math.min(value, 120_000) : 0
}

function isPassing(error: unknown): boolean {
  return VenueError.isInstance(error) && error.retry === 'safe'
}

function failure(
  exchange: FeedExchange,
  what: string,
  code: string,
  problem: string,
  isPassing: boolean,
  { cause, retryAfterMs }: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined },
): VenueError {
  return new VenueError({
    code,
    message: `${exchange.id} did not give ${what}: ${problem}.`,
    meta: { venue: exchange.id, what, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    ...(cause === undefined ? {} : { cause }),
    retry: isPassing ? 'safe' : 'never',
  })
}
