import { type BarColumns, numberToSteps } from '@kestrel/core'
import type { Market } from '../../core/market-spec.ts'
import { emptyBar, type ExactBar } from '../tape/exact-bar.ts'

const MINUTE_MS = 60_000

/**
 * Given bars as minutes of a tape, rows `0` to `toRow` (exclusive), so that bars of the given length come out equal again.
 * Bars longer than a minute are told by their first minute, and the others are flat at the close. Half of the volume counts as
 * bought.
 *
 * @throws OffGridError for a price or volume off the market's steps.
 */
export function historyOf(bars: BarColumns, toRow: number, market: Pick<Market, 'tick' | 'lot'>): ExactBar[] {
  const minutes: ExactBar[] = []
  for (let row = 0; row < toRow; row++) {
    const at = (column: Float64Array): number => column[row] as number
    const ticks = (column: Float64Array, what: string): number => numberToSteps(at(column), market.tick, what)
    const openTimeMs = at(bars.openTimeMs)
    const closeTicks = ticks(bars.close, 'The close')
    const lots = numberToSteps(at(bars.volume), market.lot, 'The volume')
    const takerBuyLots = Math.floor(lots / 2)
    const last = minutes.at(-1)
    // Time that the bars leave out is flat.
    if (last !== undefined) fill(minutes, last.openTimeMs + MINUTE_MS, openTimeMs, last.closeTicks)
    minutes.push({
      openTimeMs,
      openTicks: ticks(bars.open, 'The open'),
      highTicks: ticks(bars.high, 'The high'),
      lowTicks: ticks(bars.low, 'The low'),
      closeTicks,
      lots,
      quote: BigInt(closeTicks) * BigInt(lots),
      takerBuyLots,
      takerBuyQuote: BigInt(closeTicks) * BigInt(takerBuyLots),
      trades: lots === 0 ? 0 : 1,
      firstId: -1,
      lastId: -1,
    })
    fill(minutes, openTimeMs + MINUTE_MS, at(bars.closeTimeMs), closeTicks)
  }
  return minutes
}

function fill(minutes: ExactBar[], fromMs: number, toMs: number, ticks: number): void {
  for (let tsMs = fromMs; tsMs < toMs; tsMs += MINUTE_MS) minutes.push(emptyBar(tsMs, ticks))
}
