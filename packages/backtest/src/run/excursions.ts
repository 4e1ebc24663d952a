import { type BarColumns, lowerBound } from '@kestrel/core'
import type { RoundTrip, TradeRecord } from '@kestrel/kernel'

/**
 * Adds to closed trades what needs the bars: the worst and best unrealised result and the number of bars held.
 *
 * Bars count that opened at or after the entry and closed at or before the exit; of a bar in which a trade was entered
 * or left nobody knows the rest, so there the entry and exit prices stand for it. The trips are completed in place,
 * which spares a copy of each. O(bars in trades).
 */
export function withExcursions(
  trips: readonly RoundTrip[],
  barsOf: (instrumentId: string) => BarColumns | undefined,
): TradeRecord[] {
  return trips.map((trip) => {
    const bars = barsOf(trip.instrumentId)
    let lowest = Math.min(trip.entryPrice, trip.exitPrice)
    let highest = Math.max(trip.entryPrice, trip.exitPrice)
    let closed = 0
    if (bars !== undefined) {
      const start = lowerBound(bars.openTimeMs, trip.entryTimeMs)
      for (let i = start; i < bars.close.length && (bars.closeTimeMs[i] as number) <= trip.exitTimeMs; i++) {
        lowest = Math.min(lowest, bars.low[i] as number)
        highest = Math.max(highest, bars.high[i] as number)
        closed++
      }
    }
    const fall = lowest / trip.entryPrice - 1
    const rise = highest / trip.entryPrice - 1
    const [mae, mfe] = trip.direction === 'long' ? [fall, rise] : [-rise, -fall]
    return Object.assign(trip, { mae: Math.min(0, mae), mfe: Math.max(0, mfe), bars: closed })
  })
}
