import { setTimeout as wait } from 'node:timers/promises'
import { KestrelError, type Rng, UsageError } from '@kestrel/core'
import { VenueError } from '../venue-error.ts'
import type { CcxtExchange } from './ccxt-exchange.ts'
import { answersOf, forgetAnswers } from './answer-watch.ts'
import { type CallFailure, isOurs, readFailure } from './read-failure.ts'

/** How passing failures are answered. */
export interface RetryPolicy {
  /** Calls in all, the first one counted. */
  readonly tries: number
  /** Longest wait after the first failure; it doubles with each one. */
  readonly firstWaitMs: number
  readonly mostWaitMs: number
  /** A venue that wants to be left alone for longer ends the work. */
  readonly mostRetryAfterMs: number
}

export const RETRY_POLICY: RetryPolicy = Object.freeze({
  tries: 8,
  firstWaitMs: 500,
  mostWaitMs: 30_000,
  mostRetryAfterMs: 120_000,
})

/** Means of a call, so that tests wait for nothing and draw the same numbers. */
export interface CallMeans {
  readonly rng: Rng
  readonly policy: RetryPolicy
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

/** Real waiting, ended early by the signal. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}

/**
 * Calls a venue, again after failures that pass: a limit on requests, an outage, a broken connection or answer.
 *
 * Waits are random up to a bound that doubles, so that many clients do not come back together; what the venue itself asks
 * for with `Retry-After` is waited in full. A request that the venue refuses is not repeated.
 *
 * @param what - What is asked for, as a message names it: `BTC-USDT.BINANCE 1h bars from 2024-01-01`.
 * @throws UsageError `VENUE_SYMBOL`, `VENUE_NOT_SERVED`; VenueError for all else; KestrelError `INTERRUPTED`.
 */
export async function callVenue<T>(
  exchange: CcxtExchange,
  what: string,
  means: CallMeans,
  signal: AbortSignal | undefined,
  call: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    if (signal?.aborted === true) throw interrupted(exchange.id, what)
    const outcome = await attempt(exchange, call)
    if ('value' in outcome) return outcome.value
    const { failure } = outcome
    const waitMs = Math.max(failure.retryAfterMs ?? 0, jitteredMs(means, tried))
    const isOver = !failure.passing || tried >= means.policy.tries || waitMs > means.policy.mostRetryAfterMs
    if (isOver) throw failureError(exchange.id, what, failure, tried, outcome.error)
    await means.sleep(waitMs, signal)
  }
}

async function attempt<T>(
  exchange: CcxtExchange,
  call: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly failure: CallFailure; readonly error: unknown }> {
  // What an earlier answer left must not be read as this one's.
  exchange.last_response_headers = undefined
  forgetAnswers(exchange)
  try {
    const value = await call()
    if (!answersOf(exchange).isCutOff) return { value }
    const error = new Error('the answer is no JSON')
    return { failure: readFailure(error, exchange), error }
  } catch (error) {
    if (isOurs(error)) throw error
    return { failure: readFailure(error, exchange), error }
  }
}

function jitteredMs({ rng, policy }: CallMeans, tried: number): number {
  return Math.ceil(rng.nextFloat() * Math.min(policy.mostWaitMs, policy.firstWaitMs * 2 ** (tried - 1)))
}

function failureError(venue: string, what: string, failure: CallFailure, tried: number, cause: unknown): KestrelError {
  const { code, problem, retry, retryAfterMs, passing } = failure
  const times = tried > 1 ? ` after ${tried} tries` : ''
  const said = passing ? '' : saidBy(cause)
  const options = {
    code,
    message: `${venue}: ${what}: ${problem}${times}${said}.`,
    meta: { venue, what, tries: tried, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    cause,
    retry,
    ...(passing ? { hint: hintOf(retryAfterMs) } : {}),
  }
  return code === 'VENUE_SYMBOL' || code === 'VENUE_NOT_SERVED' ? new UsageError(options) : new VenueError(options)
}

function hintOf(retryAfterMs: number | undefined): string {
  const when = retryAfterMs === undefined ? 'later' : `in ${Math.ceil(retryAfterMs / 1_000)} s, as the venue asks`
  return `What was downloaded is stored; run the same command again ${when}.`
}

/** What the venue answered, without addresses, which may carry a key. */
function saidBy(cause: unknown): string {
  const text = cause instanceof Error ? cause.message.replaceAll(/https?:\/\/\S+/g, '').trim() : ''
  return text === '' ? '' : `: ${text.slice(0, 300)}`
}

function interrupted(venue: string, what: string): KestrelError {
  return new KestrelError({
    code: 'INTERRUPTED',
    message: `Interrupted before asking ${venue} for ${what}. The pages joined so far are in the lake, whole.`,
    hint: 'Run the same command again: it goes on where the stored data ends.',
    retry: 'safe',
  })
}
