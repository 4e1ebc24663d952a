import type { CcxtExchange } from './ccxt-exchange.ts'

const STATUS = new WeakMap<CcxtExchange, number>()

/**
 * Notes the HTTP status of each answer, which ccxt keeps to itself: some of its exchanges make the same error of a limit on
 * requests, an outage and a bad request.
 */
export function watchStatus(exchange: CcxtExchange): void {
  const hook = exchange.onRestResponse.bind(exchange)
  exchange.onRestResponse = (status, ...rest) => {
    STATUS.set(exchange, status)
    return hook(status, ...rest)
  }
}

/** Status of the last answer, `undefined` before one. */
export function lastStatus(exchange: CcxtExchange): number | undefined {
  return STATUS.get(exchange)
}

/** Forgets the status, so that a call without an answer shows none. */
export function forgetStatus(exchange: CcxtExchange): void {
  STATUS.delete(exchange)
}
