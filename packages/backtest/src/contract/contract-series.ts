import { type BarColumns, createRng, type SeriesColumns } from '@kestrel/core'

/** Bars from one reading to the next, from its event to when it is knowable, and from there to its revision. */
const EVERY = 8
const DELAY = 2
const REVISED = 5

/**
 * A series of any name for the contract suite: every eighth bar a reading from 0 to 100 that follows the price, knowable
 * two bars later and revised after five more. Made of the bars, so that a market that is cut or changed has readings that
 * fit its bars.
 */
export function contractSeries(bars: BarColumns, name: string): SeriesColumns {
  const rng = createRng(1).stream(name)
  const rows: (readonly [eventMs: number, knowableMs: number, value: number])[] = []
  const { closeTimeMs, close } = bars
  for (let i = EVERY; i + DELAY < close.length; i += EVERY) {
    const rise = (close[i] as number) / (close[i - EVERY] as number) - 1
    const read = (noise: number): number => Math.round(50 + 50 * Math.tanh(20 * rise + noise))
    const first = read(rng.nextFloat() - 0.5)
    const revised = read(rng.nextFloat() - 0.5)
    const eventMs = closeTimeMs[i] as number
    rows.push([eventMs, closeTimeMs[i + DELAY] as number, first])
    const revisedMs = closeTimeMs[i + REVISED]
    if (revisedMs !== undefined) rows.push([eventMs, revisedMs, revised])
  }
  return {
    tsEventMs: Float64Array.from(rows, ([eventMs]) => eventMs),
    knowableTimeMs: Float64Array.from(rows, ([, knowableMs]) => knowableMs),
    values: { value: Float64Array.from(rows, ([, , value]) => value) },
  }
}
