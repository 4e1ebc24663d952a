import { KestrelError, type Retry } from '@kestrel/core'

/** Tries of one request after which somebody is told, or it is given up. */
export const TRIES_TO_ALARM = 10

/** Why a request failed, and what may be done about it. */
export interface RequestFailure {
  /** `unknown-outcome`: it may have taken effect, so it is looked up and never repeated. */
  readonly retry: Retry
  readonly reason: string
  /** True where the venue says that there is not enough money, or not enough coins. */
  readonly lacksFunds: boolean
}

/** What no adapter has classed may have taken effect. */
export function failureOf(error: unknown): RequestFailure {
  const retry = error instanceof KestrelError ? (error.retry ?? 'unknown-outcome') : 'unknown-outcome'
  const lacksFunds = error instanceof KestrelError && error.code === 'VENUE_FUNDS'
  return { retry, reason: failureText(error), lacksFunds }
}

export function failureText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
