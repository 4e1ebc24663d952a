import type { HistoryRequest } from '@kestrel/data'
import { type CallMeans, callVenue } from '../ccxt/call-venue.ts'
import type { CcxtExchange, CcxtMarket } from '../ccxt/ccxt-exchange.ts'

/** What paging needs: the exchange, the market and how to ask. */
export interface PageMeans {
  readonly exchange: CcxtExchange
  readonly market: CcxtMarket
  readonly request: HistoryRequest
  readonly call: CallMeans
}

/** Asks the exchange, with retries. */
export async function ask<T>({ exchange, request, call }: PageMeans, fetch: () => Promise<T>): Promise<T> {
  const { instrument, kind, timeframe, signal } = request
  const what = [instrument, kind, timeframe].filter((part) => part !== undefined).join(' ')
  return callVenue(exchange, what, call, signal, fetch)
}

/** A number of ccxt; what it left out is NaN, which the checks of the lake refuse. */
export function numberOf(value: number | string | undefined | null): number {
  return value === undefined || value === null ? Number.NaN : Number(value)
}
