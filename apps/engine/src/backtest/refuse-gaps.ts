import { DataError, isoTime } from '@kestrel/core'
import type { GapEntry } from '@kestrel/data'
import { countText } from '../cli/output/numbers.ts'

/** Missing bars of one instrument inside a run's window. */
export interface InstrumentGaps {
  readonly instrument: string
  readonly timeframe: string
  readonly gaps: readonly GapEntry[]
}

/** The missing stretches among ledger entries. */
export function missingIn(ledger: readonly GapEntry[]): GapEntry[] {
  return ledger.filter(({ kind }) => kind === 'missing')
}

/** Absent bars in all. */
export function missingBars(all: readonly InstrumentGaps[]): number {
  return all.reduce((sum, { gaps }) => sum + gaps.reduce((part, { count }) => part + count, 0), 0)
}

/**
 * Refuses a window with missing bars.
 *
 * @throws DataError `BACKTEST_GAPS`, exit code 3, naming the longest gap, the command that lists all of them and the
 *   flag that allows them.
 */
export function refuseGaps(all: readonly InstrumentGaps[]): void {
  const withGaps = all.filter(({ gaps }) => gaps.length > 0)
  const [first] = withGaps
  if (first === undefined) return
  const parts = withGaps.slice(0, 3).map(({ instrument, timeframe, gaps }) => {
    const bars = gaps.reduce((sum, { count }) => sum + count, 0)
    const longest = gaps.reduce((a, b) => (b.count > a.count ? b : a))
    return (
      `${instrument} ${timeframe} lacks ${countText(bars, 'bar')} in ${countText(gaps.length, 'gap')}, ` +
      `the longest ${countText(longest.count, 'bar')} from ${isoTime(longest.fromMs)} to ${isoTime(longest.toMs)} (exclusive)`
    )
  })
  const more = withGaps.length > 3 ? `; and ${countText(withGaps.length - 3, 'more instrument')}` : ''
  throw new DataError({
    code: 'BACKTEST_GAPS',
    message: `Bars are missing inside the window: ${parts.join('; ')}${more}. Nothing was run.`,
    hint: `List them: kestrel data gaps --instrument ${first.instrument} --timeframe ${first.timeframe}. Run all the same: --allow-gaps.`,
    meta: {
      instruments: withGaps.map(({ instrument, gaps }) => ({
        instrument,
        gaps: gaps.length,
        bars: gaps.reduce((sum, { count }) => sum + count, 0),
      })),
    },
  })
}
