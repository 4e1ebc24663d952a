import { allocateBars, type BarColumns, bucketStart, type TradeColumns } from '@kestrel/core'
import { TradeOrder } from '../trade-bars/trade-order.ts'

/** Bars made of trades, with what only trades tell. Every column has shape `[n]`. */
export interface TradeBars {
  readonly bars: BarColumns
  /** Volume of trades whose buyer took, in base units. */
  readonly buyVolume: Float64Array
  /** Number of trades. */
  readonly tradeCount: Float64Array
}

/**
 * Bars of a timeframe from trades: a bar for every bucket with at least one trade, none for the others.
 *
 * The first and last bar are given as they are, whether or not the trades cover them whole: trades alone cannot tell.
 *
 * @param trades - Ordered by time.
 * @param timeframeMs - Length of a bar; buckets count from 1970-01-01, weeks from Monday.
 *
 * @throws DataError `DATA_TRADES_UNORDERED` or `DATA_TRADE_TWICE` for trades that cannot be used.
 *
 * Three passes over the trades; memory for the result only. {@link TimeBarBuilder} gives the same bars trade by trade.
 */
export function barsFromTrades(trades: TradeColumns, timeframeMs: number): TradeBars {
  new TradeOrder().check(trades)
  const { tsEventUs, price, quantity, takerSide } = trades
  const starts = bucketBounds(tsEventUs, timeframeMs)
  const count = starts.length - 1
  const bars = allocateBars(count)
  const column = (): Float64Array => new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT))
  const buyVolume = column()
  const tradeCount = column()
  for (let b = 0; b < count; b++) {
    const start = starts[b] as number
    const end = starts[b + 1] as number
    let high = -Infinity
    let low = Infinity
    let volume = 0
    let bought = 0
    for (let i = start; i < end; i++) {
      const p = price[i] as number
      const q = quantity[i] as number
      if (p > high) high = p
      if (p < low) low = p
      volume += q
      // A sum of products has no branch that the sides' randomness would mispredict.
      bought += q * Number((takerSide[i] as number) > 0)
    }
    const openTimeMs = bucketStart(Math.floor((tsEventUs[start] as number) / 1_000), timeframeMs)
    bars.openTimeMs[b] = openTimeMs
    bars.closeTimeMs[b] = openTimeMs + timeframeMs
    bars.open[b] = price[start] as number
    bars.high[b] = high
    bars.low[b] = low
    bars.close[b] = price[end - 1] as number
    bars.volume[b] = volume
    buyVolume[b] = bought
    tradeCount[b] = end - start
  }
  return { bars, buyVolume, tradeCount }
}

/** Position of the first trade of each bucket that has any, and the number of trades at the end. */
function bucketBounds(tsEventUs: Float64Array, timeframeMs: number): number[] {
  const bounds: number[] = []
  let endUs = -Infinity
  for (let i = 0; i < tsEventUs.length; i++) {
    const timeUs = tsEventUs[i] as number
    if (timeUs < endUs) continue
    endUs = (bucketStart(Math.floor(timeUs / 1_000), timeframeMs) + timeframeMs) * 1_000
    bounds.push(i)
  }
  bounds.push(tsEventUs.length)
  return bounds
}
