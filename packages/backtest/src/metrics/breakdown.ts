import { type TradeOutcome, type TradeStatistics, tradeStatistics } from './trade-statistics.ts'

/** Statistics of the trades that share a key: an instrument, a tag, an exit reason, a direction. */
export interface BreakdownRow {
  readonly key: string
  readonly statistics: TradeStatistics
}

/** Groups trades by a key, largest number of trades first, then by key. */
export function breakdown<T extends TradeOutcome>(trades: readonly T[], keyOf: (trade: T) => string): BreakdownRow[] {
  const groups = Map.groupBy(trades, keyOf)
  return [...groups]
    .map(([key, members]) => ({ key, statistics: tradeStatistics(members) }))
    .toSorted((a, b) => b.statistics.trades - a.statistics.trades || (a.key < b.key ? -1 : 1))
}
