import { createRng, type TimeMs } from '@kestrel/core'
import type { Market } from '../../core/market-spec.ts'
import { FairValue, type FairValueOptions } from '../participants/fair-value.ts'
import { sizeLots } from '../participants/random-spans.ts'
import { barStart, type ExactBar } from '../tape/exact-bar.ts'

export interface MadeHistoryOptions extends Omit<FairValueOptions, 'startPrice'> {
  readonly seed: number
  /** Price at the end, quote units: where the live market begins. */
  readonly endPrice: number
  /** Exclusive end; the last minute ends at or before it. */
  readonly endMs: TimeMs
  readonly minutes: number
  /** Usual size of a trade, lots. */
  readonly medianLots: number
}

const MINUTE_MS = 60_000
/** Prices looked at inside a minute. */
const LOOKS = 12

/**
 * Minutes of a market before the exchange opened, so that strategies have bars to warm up on. They follow the same walk as the
 * fair value of generated flow, run so that the last close is `endPrice`. There are bars only: the trades inside them are
 * not told. Spot and perpetual of one symbol have one walk.
 */
export function makeHistory(market: Market, options: MadeHistoryOptions): ExactBar[] {
  const rng = createRng(options.seed).stream(`history ${market.symbol}`)
  const lastMs = barStart(options.endMs, MINUTE_MS)
  const firstMs = lastMs - options.minutes * MINUTE_MS
  const fair = new FairValue(rng.stream('fair value'), firstMs, { ...options, startPrice: 1 })
  const walk: number[][] = []
  for (let minute = 0; minute < options.minutes; minute++) {
    const from = firstMs + minute * MINUTE_MS
    walk.push(Array.from({ length: LOOKS }, (_, look) => fair.moveTo(from + ((look + 1) * MINUTE_MS) / LOOKS)))
  }
  // The walk is free of scale, so it can be hung up at its end.
  const scale = (options.endPrice * market.tick.scale) / (fair.price * market.tick.mantissa)
  let previousTicks = Math.max(1, Math.round(scale))
  return walk.map((prices, minute) => {
    const ticks = prices.map((price) => Math.max(1, Math.round(price * scale)))
    const sizes = ticks.map(() => sizeLots(rng, 4 * options.medianLots))
    const isBuy = ticks.map((price, look) => price >= (ticks[look - 1] ?? previousTicks))
    const sum = (weight: (look: number) => number): number => ticks.reduce((total, _, look) => total + weight(look), 0)
    const quote = ticks.map((price, look) => BigInt(price) * BigInt(sizes[look] as number))
    const bar: ExactBar = {
      openTimeMs: firstMs + minute * MINUTE_MS,
      openTicks: ticks[0] as number,
      highTicks: Math.max(...ticks),
      lowTicks: Math.min(...ticks),
      closeTicks: ticks.at(-1) as number,
      lots: sum((look) => sizes[look] as number),
      quote: quote.reduce((total, each) => total + each, 0n),
      takerBuyLots: sum((look) => (isBuy[look] === true ? (sizes[look] as number) : 0)),
      takerBuyQuote: quote.reduce((total, each, look) => (isBuy[look] === true ? total + each : total), 0n),
      trades: LOOKS,
      firstId: -1,
      lastId: -1,
    }
    previousTicks = bar.closeTicks
    return bar
  })
}
