import { stepsToNumber } from '@kestrel/core'
import { contractNotional } from './margin/contract-value.ts'
import type { Feed } from './feed.ts'
import type { FillBook } from './fill-book.ts'
import type { Ledger } from './ledger.ts'

/**
 * Sum of the absolute values of all positions at each row of the equity, reporting currency, shape `[n]`.
 *
 * Rebuilt from the fills after the run, because most runs of a sweep never ask for it and a column of a long run costs
 * more to fill than the arithmetic. O(rows * instruments that traded).
 *
 * @param timeMs - Instants of the equity, ascending.
 * @param base - The run's feed of each instrument, by instrument index.
 */
export function exposureCurve(
  timeMs: Float64Array,
  fills: FillBook,
  base: readonly Feed[],
  ledger: Ledger,
): Float64Array {
  const exposure = new Float64Array(timeMs.length)
  const legs: readonly (0 | 1)[] = ledger.placeCount > base.length ? [0, 1] : [0]
  const places = base.flatMap((feed, instrumentIndex) => legs.map((leg) => ({ feed, instrumentIndex, leg })))
  for (const { feed, instrumentIndex, leg } of places) {
    const booked = fills.lotsOf(instrumentIndex, leg)
    if (booked.length === 0) continue
    const { settlement, contractSize, lot } = feed.instrument
    const rateIndex = ledger.rateInstrumentOf(instrumentIndex)
    const price = closeAt(feed)
    const rate = rateIndex < 0 ? undefined : closeAt(base[rateIndex] as Feed)
    let next = 0
    let lots = 0
    for (let row = 0; row < timeMs.length; row++) {
      for (; next < booked.length && (booked[next]?.equityRow ?? Infinity) <= row; next++)
        lots += booked[next]?.lots ?? 0
      if (lots === 0 && next === booked.length) break
      const now = timeMs[row] as number
      if (lots === 0) continue
      const value = contractNotional(settlement, stepsToNumber(lots, lot), contractSize, price(now))
      exposure[row] = (exposure[row] as number) + Math.abs(value * (rate?.(now) ?? 1))
    }
  }
  return exposure
}

/** Newest close of a feed at ascending instants; 1 where a rate is not known yet, as the ledger has it. */
function closeAt(feed: Feed): (timeMs: number) => number {
  const { close, closeTimeMs } = feed.columns
  let newest = -1
  return (timeMs) => {
    while ((closeTimeMs[newest + 1] ?? Infinity) <= timeMs) newest++
    return newest < 0 ? 1 : (close[newest] as number)
  }
}
