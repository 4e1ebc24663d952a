import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { TradeRecord } from '@kestrel/kernel'

/**
 * Trades with their money in the reporting currency, at the rate of their exit: as the metrics have it, so that a report can
 * add up and divide what it shows. Prices stay in quote units.
 *
 * @param rateOf - Units of the reporting currency for one unit of an instrument's settle currency; absent where they are one.
 */
export function convertedTrades(
  trades: readonly TradeRecord[],
  rateOf: ((instrumentId: InstrumentId, tsMs: TimeMs) => number) | undefined,
): readonly TradeRecord[] {
  if (rateOf === undefined) return trades
  return trades.map((trade) => {
    const rate = rateOf(trade.instrumentId, trade.exitTimeMs)
    if (rate === 1) return trade
    return {
      ...trade,
      profit: trade.profit * rate,
      entryFee: trade.entryFee * rate,
      exitFee: trade.exitFee * rate,
      funding: trade.funding * rate,
      slippage: trade.slippage * rate,
    }
  })
}
