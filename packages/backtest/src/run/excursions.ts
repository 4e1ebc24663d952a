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
  const search = new Map<string, Place>()
  for (let from = 0; from < trips.length; from += BLOCK) completeSome(trips, from, search, barsOf)
  return trips
}

/** Trades completed in one call: a function that is called often is compiled once, a long loop in every run. */
const BLOCK = 256

/** Bars of an instrument, and the first of the last trade: trades follow each other, so the next is looked for from there. */
interface Place {
  readonly bars: BarColumns | undefined
  start: number
}

function completeSome(
  trips: readonly RoundTrip[],
  from: number,
  search: Map<string, Place>,
  barsOf: (instrumentId: string) => BarColumns | undefined,
): void {
  const end = Math.min(trips.length, from + BLOCK)
  for (let i = from; i < end; i++) {
    const trip = trips[i] as RoundTrip
    let place = search.get(trip.instrumentId)
    if (place === undefined) {
      place = { bars: barsOf(trip.instrumentId), start: 0 }
      search.set(trip.instrumentId, place)
    }
    if (place.bars !== undefined) place.start = firstFrom(place.bars.openTimeMs, trip.entryTimeMs, place.start)
    complete(trip, place.bars, place.start)
  }
}

/** First index whose value is at least `target`, looked for in growing steps from `hint` on. O(log distance). */
function firstFrom(column: Float64Array, target: number, hint: number): number {
  if (hint > 0 && (column[hint - 1] as number) >= target) return lowerBound(column, target)
  let low = hint
  let high = hint
  for (let step = 1; high < column.length && (column[high] as number) < target; step *= 2) {
    low = high + 1
    high += step
  }
  high = Math.min(high, column.length)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((column[middle] as number) < target) low = middle + 1
    else high = middle
  }
  return low
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
