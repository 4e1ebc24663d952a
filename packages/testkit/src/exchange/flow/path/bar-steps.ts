import { type BarColumns, isoTime, numberToSteps, stepsToNumber, type TimeMs, UsageError } from '@kestrel/core'
import type { Market } from '../../core/market-spec.ts'

/** One price of a bar's course and the lots that trade there. */
export interface BarStep {
  readonly tsMs: TimeMs
  readonly ticks: number
  readonly lots: number
}

/**
 * The course of a bar: open, the extreme that lies on the way (the low first in a rising bar, the high first in a falling
 * one), the other extreme, close; equal neighbours are one. Times are the start, a quarter, a half and the last millisecond.
 * Lots add up to the bar's volume, each step at least one.
 *
 * @throws UsageError `TESTKIT_BAR_VOLUME` where the volume cannot be shared out: no lots but a price that moved, or fewer lots
 *   than prices. OffGridError for a price or volume off the market's steps.
 */
export function barSteps(bars: BarColumns, row: number, market: Market): readonly BarStep[] {
  const at = (column: Float64Array): number => column[row] as number
  const ticksOf = (column: Float64Array, what: string): number => numberToSteps(at(column), market.tick, what)
  const open = ticksOf(bars.open, 'The open')
  const high = ticksOf(bars.high, 'The high')
  const low = ticksOf(bars.low, 'The low')
  const close = ticksOf(bars.close, 'The close')
  const lots = numberToSteps(at(bars.volume), market.lot, 'The volume')
  const startMs = at(bars.openTimeMs)
  const lengthMs = at(bars.closeTimeMs) - startMs
  const course = close >= open ? [open, low, high, close] : [open, high, low, close]
  const times = [
    startMs,
    startMs + Math.floor(lengthMs / 4),
    startMs + Math.floor(lengthMs / 2),
    startMs + lengthMs - 1,
  ]
  const points = course
    .map((ticks, index) => ({ ticks, tsMs: times[index] as number }))
    .filter(({ ticks }, index) => index === 0 || ticks !== course[index - 1])
  if (lots === 0 && points.length === 1) return []
  if (lots < points.length) {
    throw new UsageError({
      code: 'TESTKIT_BAR_VOLUME',
      message: `The bar at ${isoTime(startMs)} has ${points.length} prices and a volume of ${lots} lots.`,
      hint: `Every price of a bar needs a trade of at least ${stepsToNumber(1, market.lot)}.`,
      meta: { openTimeMs: startMs, lots, prices: points.length },
    })
  }
  const share = Math.floor(lots / points.length)
  return points.map(({ ticks, tsMs }, index) => ({
    tsMs,
    ticks,
    lots: index === 0 ? lots - share * (points.length - 1) : share,
  }))
}
