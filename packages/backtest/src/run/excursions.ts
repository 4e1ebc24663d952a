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
): readonly TradeRecord[] {
  for (const trip of trips) complete(trip, barsOf(trip.instrumentId))
  return trips
}

function complete(trip: RoundTrip, bars: BarColumns | undefined): void {
  const { entryPrice, exitPrice, exitTimeMs } = trip
  let lowest = Math.min(entryPrice, exitPrice)
  let highest = Math.max(entryPrice, exitPrice)
  let closed = 0
  if (bars !== undefined) {
    const { closeTimeMs, high, low } = bars
    const start = lowerBound(bars.openTimeMs, trip.entryTimeMs)
    for (let i = start; i < closeTimeMs.length && (closeTimeMs[i] as number) <= exitTimeMs; i++) {
      lowest = Math.min(lowest, low[i] as number)
      highest = Math.max(highest, high[i] as number)
      closed++
    }
  }
  const fall = lowest / entryPrice - 1
  const rise = highest / entryPrice - 1
  const long = trip.direction === 'long'
  trip.mae = Math.min(0, long ? fall : -rise)
  trip.mfe = Math.max(0, long ? rise : -fall)
  trip.bars = closed
}
