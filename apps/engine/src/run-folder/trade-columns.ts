import type { TradeRecord } from '@kestrel/kernel'
import type { ParquetColumns } from '@kestrel/data'

/** Closed trades under freqtrade's column names where the meaning is the same; times are epoch milliseconds. */
export function tradeColumns(trades: readonly TradeRecord[]): ParquetColumns {
  const numbers = (value: (trade: TradeRecord) => number): Float64Array => Float64Array.from(trades, value)
  return {
    pair: trades.map(({ instrumentId }) => instrumentId),
    strategy: trades.map(({ strategy }) => strategy),
    side: trades.map(({ direction }) => direction),
    amount: numbers(({ quantity }) => quantity),
    open_date: { int64: numbers(({ entryTimeMs }) => entryTimeMs) },
    close_date: { int64: numbers(({ exitTimeMs }) => exitTimeMs) },
    open_rate: numbers(({ entryPrice }) => entryPrice),
    close_rate: numbers(({ exitPrice }) => exitPrice),
    fee_open: numbers(({ entryFee }) => entryFee),
    fee_close: numbers(({ exitFee }) => exitFee),
    profit_abs: numbers(({ profit }) => profit),
    profit_ratio: numbers(({ profitRatio }) => profitRatio),
    exit_reason: trades.map(({ exitReason }) => exitReason),
    funding: numbers(({ funding }) => funding),
    slippage: numbers(({ slippage }) => slippage),
    mae: numbers(({ mae }) => mae),
    mfe: numbers(({ mfe }) => mfe),
    bars: Int32Array.from(trades, ({ bars }) => bars),
    entry_tag: trades.map(({ entryTag }) => entryTag),
    max_amount: numbers(({ maxQuantity }) => maxQuantity),
  }
}
