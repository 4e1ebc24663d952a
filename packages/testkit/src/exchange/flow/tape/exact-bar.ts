import { bucketStart, type TimeMs } from '@kestrel/core'

/**
 * A bar in whole ticks and lots. `quote` is the sum of price times quantity in ticks times lots: a big integer, since a
 * day of bitcoin leaves the safe integers.
 */
export interface ExactBar {
  readonly openTimeMs: TimeMs
  readonly openTicks: number
  readonly highTicks: number
  readonly lowTicks: number
  readonly closeTicks: number
  readonly lots: number
  readonly quote: bigint
  readonly takerBuyLots: number
  readonly takerBuyQuote: bigint
  readonly trades: number
  /** Numbers of the first and last trade; -1 where there was none. */
  readonly firstId: number
  readonly lastId: number
}

/** A bar in which nothing traded: flat at the last price. */
export function emptyBar(openTimeMs: TimeMs, lastTicks: number): ExactBar {
  return {
    openTimeMs,
    openTicks: lastTicks,
    highTicks: lastTicks,
    lowTicks: lastTicks,
    closeTicks: lastTicks,
    lots: 0,
    quote: 0n,
    takerBuyLots: 0,
    takerBuyQuote: 0n,
    trades: 0,
    firstId: -1,
    lastId: -1,
  }
}

/** One bar over others, oldest first and at least one. Prices of bars without trades do not count, unless there are no others. */
export function joinBars(openTimeMs: TimeMs, bars: readonly ExactBar[]): ExactBar {
  const traded = bars.filter((bar) => bar.trades > 0)
  const first = traded[0] ?? bars[0]
  if (first === undefined) throw new RangeError('No bar to join.')
  let { highTicks, lowTicks, closeTicks } = first
  let lots = 0
  let quote = 0n
  let takerBuyLots = 0
  let takerBuyQuote = 0n
  let trades = 0
  for (const bar of traded) {
    highTicks = Math.max(highTicks, bar.highTicks)
    lowTicks = Math.min(lowTicks, bar.lowTicks)
    closeTicks = bar.closeTicks
    lots += bar.lots
    quote += bar.quote
    takerBuyLots += bar.takerBuyLots
    takerBuyQuote += bar.takerBuyQuote
    trades += bar.trades
  }
  const { openTicks, firstId } = first
  const lastId = traded.at(-1)?.lastId ?? -1
  return {
    openTimeMs,
    openTicks,
    highTicks,
    lowTicks,
    closeTicks,
    lots,
    quote,
    takerBuyLots,
    takerBuyQuote,
    trades,
    firstId,
    lastId,
  }
}

/** Length of a bar on the exchange's grid: milliseconds, or a calendar month. */
export type BarLength = number | 'month'

/** Start of the bar that holds an instant. */
export function barStart(tsMs: TimeMs, length: BarLength): TimeMs {
  if (length !== 'month') return bucketStart(tsMs, length)
  const date = new Date(tsMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

/** Exclusive end of the bar that starts at an instant. */
export function barEnd(openTimeMs: TimeMs, length: BarLength): TimeMs {
  if (length !== 'month') return openTimeMs + length
  const date = new Date(openTimeMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}
