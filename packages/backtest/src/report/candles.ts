import { type BarColumns, lowerBound } from '@kestrel/core'
import type { FillRecord } from '@kestrel/kernel'

/** Candles merged to a number that a chart can show. Columns of one shape `[n]`. */
export interface Candles {
  readonly openTimeMs: readonly number[]
  readonly closeTimeMs: readonly number[]
  readonly open: readonly number[]
  readonly high: readonly number[]
  readonly low: readonly number[]
  readonly close: readonly number[]
}

/** Fills of one side within one candle. */
export interface PriceMark {
  readonly candle: number
  readonly side: 'buy' | 'sell'
  /** Quantity-weighted. */
  readonly price: number
  readonly fills: number
}

/** Merges consecutive bars so that at most `limit` candles remain; the last may hold fewer bars. O(n). */
export function mergeCandles(bars: BarColumns, limit: number): Candles {
  const n = bars.close.length
  const size = Math.max(1, Math.ceil(n / limit))
  const out = { openTimeMs: [], closeTimeMs: [], open: [], high: [], low: [], close: [] } as {
    [K in keyof Candles]: number[]
  }
  for (let start = 0; start < n; start += size) {
    const end = Math.min(start + size, n)
    let high = -Infinity
    let low = Infinity
    for (let i = start; i < end; i += 1) {
      high = Math.max(high, bars.high[i] as number)
      low = Math.min(low, bars.low[i] as number)
    }
    out.openTimeMs.push(bars.openTimeMs[start] as number)
    out.closeTimeMs.push(bars.closeTimeMs[end - 1] as number)
    out.open.push(bars.open[start] as number)
    out.high.push(high)
    out.low.push(low)
    out.close.push(bars.close[end - 1] as number)
  }
  return out
}

/** One mark for all fills of a side in a candle, so that thousands of fills stay a few hundred marks. */
export function priceMarks(candles: Candles, fills: readonly FillRecord[]): PriceMark[] {
  const opens = Float64Array.from(candles.openTimeMs)
  const sums = new Map<number, { quantity: number; notional: number; fills: number }>()
  for (const fill of fills) {
    const candle = Math.max(0, lowerBound(opens, fill.tsEventMs + 1) - 1)
    const key = candle * 2 + (fill.side === 'buy' ? 0 : 1)
    const sum = sums.get(key) ?? { quantity: 0, notional: 0, fills: 0 }
    sum.quantity += fill.quantity
    sum.notional += fill.quantity * fill.price
    sum.fills += 1
    sums.set(key, sum)
  }
  return [...sums]
    .toSorted(([a], [b]) => a - b)
    .map(([key, { quantity, notional, fills: count }]) => ({
      candle: Math.floor(key / 2),
      side: key % 2 === 0 ? 'buy' : 'sell',
      price: notional / quantity,
      fills: count,
    }))
}
