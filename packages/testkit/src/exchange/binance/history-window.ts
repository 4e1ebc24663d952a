import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { HistoryFilter } from '../core/exchange-port.ts'
import type { MarketId } from '../core/market-spec.ts'
import type { BinanceParams } from './binance-params.ts'

/** What a list of history is asked for. */
export interface HistoryWindow {
  readonly filter: HistoryFilter
  readonly limit: number
  /** Rows are counted from the oldest where a start is named, else from the newest. */
  readonly fromStart: boolean
}

/** Reads `startTime`, `endTime`, `limit` and the id to begin with. */
export function historyWindow(
  params: BinanceParams,
  options: {
    readonly marketId: MarketId | undefined
    readonly idName?: string
    /** Longest span between the two times that the venue takes. */
    readonly longestMs?: number
    readonly defaultLimit?: number
  },
): HistoryWindow {
  const fromMs = params.whole('startTime')
  const toMs = params.whole('endTime')
  const fromId = options.idName === undefined ? undefined : params.whole(options.idName)
  const { longestMs } = options
  if (fromMs !== undefined && toMs !== undefined && longestMs !== undefined && toMs - fromMs > longestMs) {
    throw new BinanceRefusal(-1127, `More than ${longestMs / 3_600_000} hours between startTime and endTime.`)
  }
  const limit = Math.min(1_000, params.whole('limit') ?? options.defaultLimit ?? 500)
  if (limit < 1) throw new BinanceRefusal(-1130, "Data sent for parameter 'limit' is not valid.")
  return {
    filter: { marketId: options.marketId, fromId, fromMs, toMs },
    limit,
    fromStart: fromMs !== undefined || fromId !== undefined,
  }
}

/** As many rows as the limit allows. */
export function lastRows<T>(rows: readonly T[], window: HistoryWindow): readonly T[] {
  return window.fromStart ? rows.slice(0, window.limit) : rows.slice(-window.limit)
}
