import { KestrelError, type Retry } from '@kestrel/core'
import type { CcxtExchange } from './ccxt-exchange.ts'
import { answersOf } from './answer-watch.ts'

/** What a failed call means for the next one. */
export interface CallFailure {
  /** Try again: the failure may pass, and asking twice changes nothing. */
  readonly passing: boolean
  readonly code: string
  readonly problem: string
  readonly retry: Retry
  /** The venue's own word on when to come back. */
  readonly retryAfterMs?: number | undefined
}

/** Failures that pass, by the names of ccxt's classes, most special first. Names, because the classes are loaded on demand. */
const PASSING: readonly (readonly [name: string, code: string, problem: string])[] = [
  ['RateLimitExceeded', 'VENUE_RATE_LIMIT', 'too many requests'],
  ['DDoSProtection', 'VENUE_RATE_LIMIT', 'too many requests'],
  ['OnMaintenance', 'VENUE_UNAVAILABLE', 'in maintenance'],
  ['ExchangeNotAvailable', 'VENUE_UNAVAILABLE', 'not available'],
  ['RequestTimeout', 'VENUE_TIMEOUT', 'no answer in time'],
  ['NetworkError', 'VENUE_NETWORK', 'the connection failed'],
  ['BadResponse', 'VENUE_ANSWER', 'an answer that makes no sense'],
  ['OperationFailed', 'VENUE_UNAVAILABLE', 'the operation failed'],
]

const LASTING: readonly (readonly [name: string, code: string, problem: string])[] = [
  ['BadSymbol', 'VENUE_SYMBOL', 'no such market'],
  ['RestrictedLocation', 'VENUE_REFUSED', 'not served at this location'],
  ['AuthenticationError', 'VENUE_REFUSED', 'access refused'],
  ['NotSupported', 'VENUE_NOT_SERVED', 'not served'],
  ['BadRequest', 'VENUE_REFUSED', 'the request was refused'],
  ['ExchangeError', 'VENUE_REFUSED', 'the request was refused'],
]

/** Codes of sockets that broke before the answer was whole. */
const BROKEN_SOCKET = /^(UND_ERR_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Z_BUF_ERROR)/

/**
 * Reads the failure of a ccxt call.
 *
 * An answer cut off in the middle shows itself in many ways inside ccxt (a parser that trips over a string), so every error
 * counts as a broken answer where an answer was no JSON.
 */
export function readFailure(error: unknown, exchange: CcxtExchange): CallFailure {
  const names = classNames(error)
  const retryAfterMs = retryAfter(exchange)
  const { status, isCutOff } = answersOf(exchange)
  // ccxt takes 451 (for legal reasons) for an outage; asking again changes neither.
  if (status === 403 || status === 451)
    return { passing: false, code: 'VENUE_REFUSED', problem: `not served from here (status ${status})`, retry: 'never' }
  const passing = PASSING.find(([name]) => names.has(name))
  if (passing !== undefined)
    return { passing: true, code: passing[1], problem: passing[2], retry: 'safe', retryAfterMs }
  if (isBrokenSocket(error))
    return { passing: true, code: 'VENUE_NETWORK', problem: 'the connection broke', retry: 'safe', retryAfterMs }
  if (status === 429 || status === 418)
    return { passing: true, code: 'VENUE_RATE_LIMIT', problem: 'too many requests', retry: 'safe', retryAfterMs }
  if (status >= 500)
    return { passing: true, code: 'VENUE_UNAVAILABLE', problem: `status ${status}`, retry: 'safe', retryAfterMs }
  const lasting = LASTING.find(([name]) => names.has(name))
  if (lasting === undefined || isCutOff)
    return {
      passing: isCutOff,
      code: 'VENUE_ANSWER',
      problem: isCutOff ? 'an answer that is cut off or no JSON' : 'an answer that cannot be read',
      retry: isCutOff ? 'safe' : 'never',
    }
  return { passing: false, code: lasting[1], problem: lasting[2], retry: 'never' }
}

function classNames(error: unknown): Set<string> {
  const names = new Set<string>()
  for (let at: unknown = error; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at) as unknown)
    names.add(at.constructor.name)
  return names
}

function isBrokenSocket(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    if ((typeof code === 'string' && BROKEN_SOCKET.test(code)) || at.message === 'terminated') return true
  }
  return false
}

/** `Retry-After` in seconds or as a date relative to the answer's own date. */
function retryAfter(exchange: CcxtExchange): number | undefined {
  const headers = Object.entries(exchange.last_response_headers ?? {})
  const header = (name: string): string | undefined => headers.find(([key]) => key.toLowerCase() === name)?.[1]
  const text = header('retry-after')
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000)
  const waitMs = Date.parse(text) - Date.parse(header('date') ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}

/** Whether a thrown value is already one of ours. */
export function isOurs(error: unknown): error is KestrelError {
  return KestrelError.isInstance(error)
}
