import { KestrelError, type Retry, UsageError } from '@kestrel/core'
import { VenueError } from '../venue-error.ts'
import type { CallContext } from './call-context.ts'
import { ccxtClassNames } from './ccxt-class-names.ts'
import { FAILURES, type FailureMeaning } from './failure-table.ts'
import type { Scrub } from './scrub-secrets.ts'
import { isDuplicate, isOrderUnknown } from './venue-refusal.ts'

/** What a call does at the venue: `create`, `cancel` and `amend` act, `query` asks, a `setting` may be set twice. */
export type Operation = 'create' | 'cancel' | 'amend' | 'query' | 'setting'

const ACTING = new Set<Operation>(['create', 'cancel', 'amend'])

/** The connection did not come about, so that nothing was sent over it. */
const NOT_CONNECTED =
  /connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|connect timeout error/i

/** Words of the venues for "not taken, the system is busy". Binance -1008. */
const NOT_TAKEN = /"code":\s*-1008\b/

/**
 * Refusals that ccxt has no class for, by the venues' own numbering: business refusals of Bybit (110xxx, 170xxx) and of OKX
 * (51xxx), Kraken's refusals of orders and requests. Binance refuses with a status of 400.
 */
const REFUSED_BY_CODE = /"retCode":\s*1[17]0\d{3}\b|"s?Code":\s*"51\d{3}"|EOrder:|EGeneral:(?:Invalid|Permission)/

/** A failure inside the venue that ccxt has no class for: what was asked may be asked again. Bybit 10016, "system error". */
const FAILED_INSIDE = /"retCode":\s*10016\b/

/** What is known of a call that failed. */
export interface FailedCall {
  readonly venue: string
  readonly operation: Operation
  /** What was wanted, as a message names it: `create of BTC-USDT.BINANCE k1s2n3`. */
  readonly what: string
  readonly context: CallContext
  readonly scrub: Scrub
}

/**
 * Makes an error of the port of what ccxt threw. The same failure means different things: a time-out of a question may be
 * repeated, that of an order must be looked up.
 */
export function tradingFailure(error: unknown, call: FailedCall): KestrelError {
  const { context, operation, venue, what, scrub } = call
  const isActing = ACTING.has(operation)
  if (KestrelError.isInstance(error)) return ownFailure(error, call)
  const meaning = meaningOf(error, context)
  const retry = retryOf(error, meaning, context, isActing)
  const { retryAfterMs, status } = context
  const said = scrub(error instanceof Error ? error.message : String(error))
  const problem = said.startsWith(meaning.problem) ? '' : `: ${said.slice(0, 300)}`
  const options = {
    code: meaning.code,
    message: `${venue}: ${what}: ${meaning.problem}${problem}. ${CONSEQUENCE[retry]}`,
    meta: {
      venue,
      what,
      operation,
      ...(status === 0 ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
    cause: plainCause(error, said),
    retry,
    ...(HINTS[meaning.code] === undefined ? {} : { hint: HINTS[meaning.code] as string }),
  }
  return meaning.code === 'VENUE_SYMBOL' ? new UsageError(options) : new VenueError(options)
}

const CONSEQUENCE: Readonly<Record<Retry, string>> = {
  never: 'Nothing was changed.',
  safe: 'It may be asked again.',
  'unknown-outcome': 'It may have taken effect: look it up before anything else.',
}

const HINTS: Readonly<Record<string, string>> = {
  VENUE_KEYS:
    'Look at the rights of the key, at the addresses it may be used from, and at whether it is of the test network.',
  VENUE_CLOCK: 'Set the clock of this machine (NTP).',
  VENUE_ORDER_UNKNOWN: 'It may have been filled or cancelled meanwhile, or not be known yet: look it up.',
}

/** Errors of our own readers: what they read was the answer to something that may have been carried out. */
function ownFailure(error: KestrelError, { context, operation, venue, what }: FailedCall): KestrelError {
  const wasSent = context.sent > 0 && error.code === 'VENUE_ANSWER'
  if (!wasSent || !ACTING.has(operation)) return error
  return new VenueError({
    code: error.code,
    message: `${venue}: ${what}: ${error.message} ${CONSEQUENCE['unknown-outcome']}`,
    meta: { ...error.meta, venue, what, operation },
    cause: error,
    retry: 'unknown-outcome',
  })
}

function meaningOf(error: unknown, context: CallContext): FailureMeaning {
  const known = (name: string): FailureMeaning => FAILURES[name] as FailureMeaning
  if (context.status === 429 || context.status === 418) return known('RateLimitExceeded')
  if (isDuplicate(error)) return known('DuplicateOrderId')
  if (isOrderUnknown(error)) return known('OrderNotFound')
  const name = [...ccxtClassNames(error)].find((each) => each in FAILURES)
  // A parser that tripped over an answer, or a socket that broke in the middle of one.
  return name === undefined || context.isCutOff ? known('BadResponse') : known(name)
}

function retryOf(error: unknown, meaning: FailureMeaning, context: CallContext, isActing: boolean): Retry {
  const text = error instanceof Error ? error.message : ''
  if (!isActing) return context.status >= 500 || FAILED_INSIDE.test(text) ? 'safe' : meaning.asking
  // Refused by ccxt before anything went out, or without a connection to send it on.
  if (context.sent === 0 || NOT_CONNECTED.test(text)) return meaning.acting === 'never' ? 'never' : 'safe'
  if (NOT_TAKEN.test(text)) return 'safe'
  const isUnnamed = meaning === FAILURES['ExchangeError']
  if (isUnnamed && (context.status === 400 || REFUSED_BY_CODE.test(text))) return 'never'
  // A server that fails may have acted before it did, whatever it says.
  return context.status >= 500 && meaning.acting === 'never' ? 'unknown-outcome' : meaning.acting
}

/** An error to keep as the cause: its class and words, without what ccxt attached to it. */
function plainCause(error: unknown, said: string): Error {
  const cause = new Error(said.slice(0, 500))
  cause.name = error instanceof Error ? error.constructor.name : 'Error'
  return cause
}
