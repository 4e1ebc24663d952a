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
  // Trades of one instrument follow each other, so each is looked for from where the last one began.
  const starts = new Map<string, number>()
  for (const trip of trips) {
    const bars = barsOf(trip.instrumentId)
    const start =
      bars === undefined ? 0 : firstFrom(bars.openTimeMs, trip.entryTimeMs, starts.get(trip.instrumentId) ?? 0)
    starts.set(trip.instrumentId, start)
    complete(trip, bars, start)
  }
  return trips
}

/** First index whose value is at least `target`, looked for in growing steps from `hint` on. O(log distance). */
function firstFrom(column: Float64Array, target: number, hint: number): number {
  if (hint > 0 && (column[hint - 1] as number) >= target) return lowerBound(column, target)
  let from = hint
  let to = hint
  for (let step = 1; to < column.length && (column[to] as number) < target; step *= 2) {
    from = to + 1
    to += step
  }
  return from + lowerBound(column.subarray(from, Math.min(to, column.length)), target)
}

function complete(trip: RoundTrip, bars: BarColumns | undefined, start: number): void {
  const { entryPrice, exitPrice, exitTimeMs } = trip
  let lowest = Math.min(entryPrice, exitPrice)
  let highest = Math.max(entryPrice, exitPrice)
  let closed = 0
  if (bars !== undefined) {
    const { closeTimeMs, high, low } = bars
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
