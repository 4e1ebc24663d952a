import { type BarColumns, lowerBound, type SeriesColumns } from '@kestrel/core'

/**
 * Mark prices over the execution bars of one perpetual, with the times of those bars, shape `[bars]`: what liquidates, and
 * what sets off orders that trigger by mark. A bar that recorded marks do not cover has its own open, high, low and close, and is counted.
 */
export interface MarkBars extends BarColumns {
  /** Bars that recorded marks cover from open to close. */
  readonly covered: number
}

/**
 * Puts recorded bars of the mark price over execution bars.
 *
 * A bar is covered where mark bars join from its open to its close. Longer mark bars (8 hours over bars of an hour) say
 * nothing of the hour and cover nothing. A mark bar ends where the next begins; the last is as long as the shortest.
 *
 * @param mark - With the values `open`, `high`, `low`, `close`, by the opening of their bars.
 * @returns undefined where not one bar is covered.
 *
 * O(bars + marks).
 */
export function markBarsOver(bars: BarColumns, mark: SeriesColumns): MarkBars | undefined {
  const times = mark.tsEventMs
  const { open, high, low, close } = mark.values
  if (open === undefined || high === undefined || low === undefined || close === undefined) return undefined
  const stepMs = shortestStep(times)
  const over: MarkBars & { covered: number } = {
    ...bars,
    open: bars.open.slice(),
    high: bars.high.slice(),
    low: bars.low.slice(),
    close: bars.close.slice(),
    covered: 0,
  }
  let row = lowerBound(times, bars.openTimeMs[0] ?? 0)
  for (let i = 0; i < bars.close.length; i++) {
    const openMs = bars.openTimeMs[i] as number
    const closeMs = bars.closeTimeMs[i] as number
    while (row < times.length && (times[row] as number) < openMs) row++
    let end = row
    let joinsAt = openMs
    while (end < times.length && times[end] === joinsAt && joinsAt + stepMs <= closeMs) {
      joinsAt += stepMs
      end++
    }
    if (joinsAt !== closeMs) continue
    over.open[i] = open[row] as number
    over.close[i] = close[end - 1] as number
    over.high[i] = Math.max(...high.subarray(row, end))
    over.low[i] = Math.min(...low.subarray(row, end))
    over.covered++
    row = end
  }
  return over.covered === 0 ? undefined : over
}

/** Least distance of two rows; infinite for fewer than two. */
function shortestStep(times: Float64Array): number {
  let step = Infinity
  for (let i = 1; i < times.length; i++) step = Math.min(step, (times[i] as number) - (times[i - 1] as number))
  return step
}
