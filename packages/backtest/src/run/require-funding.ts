import { DataError, type Instrument, isoTime, type SeriesColumns, type TimeMs } from '@kestrel/core'
import type { MarketData } from '@kestrel/kernel'

const HOUR_MS = 3_600_000

/** Whether funding is settled from recorded rates, or left out and said so. */
export type FundingMode = 'auto' | 'none'

/**
 * Refuses a run of perpetuals whose funding is not known for all of its window: a result without funding is not the result
 * of a perpetual.
 *
 * Rates must begin within an interval of the window's start, end within one of its end, and have no hole between. Marks are
 * not needed (the perpetual's close stands in), but recorded marks that end inside the window are an accident.
 *
 * @param fromMs - First open of the run's bars.
 * @param toMs - Last close.
 * @throws DataError `BACKTEST_NO_FUNDING`, `BACKTEST_FUNDING_ENDS`, `BACKTEST_MARK_ENDS`, exit code 3, with the commands
 *   that bring the data and the flag that does without.
 */
export function requireFunding(
  instruments: readonly Instrument[],
  data: MarketData,
  mode: FundingMode,
  fromMs: TimeMs,
  toMs: TimeMs,
): void {
  if (mode === 'none') return
  for (const instrument of instruments) {
    if (instrument.kind !== 'perpetual') continue
    const { id } = instrument
    const funding = data.funding?.(id)
    const inside = `${isoTime(fromMs)} to ${isoTime(toMs)}`
    if (funding === undefined || funding.tsEventMs.length === 0) {
      throw refusal('BACKTEST_NO_FUNDING', `There are no funding rates of ${id} for ${inside}.`, id, 'funding', {})
    }
    const intervalMs = (instrument.fundingIntervalHours ?? 8) * HOUR_MS
    const missing = missingStretch(funding, intervalMs, fromMs, toMs)
    if (missing !== undefined) {
      const what = `The funding rates of ${id} ${missing.what}, but the run is from ${inside}.`
      throw refusal('BACKTEST_FUNDING_ENDS', what, id, 'funding', missing)
    }
    const mark = data.mark?.(id)
    const unmarked = mark === undefined ? undefined : missingStretch(mark, intervalMs, fromMs, toMs)
    if (unmarked !== undefined) {
      const what = `The mark prices of ${id} ${unmarked.what}, but the run is from ${inside}.`
      throw refusal('BACKTEST_MARK_ENDS', what, id, 'mark', unmarked)
    }
  }
}

interface Missing {
  /** Clause that follows the name of the data. */
  readonly what: string
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
}

/** The first stretch of the window without a row for more than an interval; half of one is allowed for a changed clock. */
function missingStretch(rows: SeriesColumns, statedMs: number, fromMs: TimeMs, toMs: TimeMs): Missing | undefined {
  const times = rows.tsEventMs.filter((timeMs) => timeMs >= fromMs && timeMs <= toMs)
  const intervalMs = Math.max(statedMs, typicalStep(times))
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) {
    // A window shorter than an interval may lie between two settlements.
    const before = rows.tsEventMs.findLast((timeMs) => timeMs < fromMs)
    const after = rows.tsEventMs.find((timeMs) => timeMs > toMs)
    if (before !== undefined && after !== undefined && after - before <= 1.5 * intervalMs) return undefined
    return { what: `have no row in the window`, fromMs, toMs }
  }
  if (first - fromMs > intervalMs) return { what: `begin at ${isoTime(first)}`, fromMs, toMs: first }
  for (let i = 1; i < times.length; i++) {
    const [before, after] = [times[i - 1] as number, times[i] as number]
    if (after - before > 1.5 * intervalMs) {
      return { what: `have a hole from ${isoTime(before)} to ${isoTime(after)}`, fromMs: before, toMs: after }
    }
  }
  return toMs - last > intervalMs ? { what: `end at ${isoTime(last)}`, fromMs: last, toMs } : undefined
}

/** Median distance of two rows; 0 for fewer than three. */
function typicalStep(times: Float64Array): number {
  if (times.length < 3) return 0
  const steps = Float64Array.from(
    { length: times.length - 1 },
    (_, i) => (times[i + 1] as number) - (times[i] as number),
  )
  return steps.sort()[steps.length >> 1] as number
}

function refusal(
  code: string,
  what: string,
  id: string,
  kind: 'funding' | 'mark',
  missing: Partial<Missing>,
): DataError {
  return new DataError({
    code,
    message: `${what} Nothing was run.`,
    hint:
      `Bring them: kestrel data import FILE --kind ${kind} --instrument ${id}, or kestrel data download --kind ${kind} --instrument ${id}. ` +
      'Or shorten the window, or leave funding out and have it said so: --funding none.',
    meta: { instrument: id, kind, ...missing },
  })
}
