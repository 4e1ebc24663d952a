import { type BarColumns, bucketStart, sliceBars, timeframeOf, UsageError } from '@kestrel/core'

import { copyBars, GrowingBars } from './growing-bars.ts'

export interface ResampleOptions {
  /**
   * What becomes of a first bar whose source begins after its open, and of a last bar whose source ends before its close.
   * `drop` (default) leaves them out, because they are not the bars that the venue would state; `keep` gives them as they
   * are, which is right for sparse data, where the absent rows are minutes without trades.
   */
  readonly edges?: 'drop' | 'keep'
}

/**
 * Bars of a longer timeframe from bars of a shorter one: first open, highest high, lowest low, last close, sum of volume.
 *
 * A bucket without any row gives no bar; a bucket inside the data that lacks some rows gives a bar of those it has, and the
 * source's gap ledger still tells of the hole. Weeks begin on Monday, everything else counts from 1970-01-01.
 *
 * @param fromMs - Timeframe of `bars`.
 * @param toMs - Timeframe of the result, a whole multiple of `fromMs`.
 * @throws UsageError `DATA_RESAMPLE` where `toMs` is no multiple of `fromMs`.
 *
 * One pass. Exact for prices; volume is the sum in order of time.
 */
export function resampleBars(
  bars: BarColumns,
  fromMs: number,
  toMs: number,
  { edges = 'drop' }: ResampleOptions = {},
): BarColumns {
  if (!(toMs % fromMs === 0))
    throw new UsageError({
      code: 'DATA_RESAMPLE',
      message: `Bars of ${timeframeOf(fromMs)} cannot be made into bars of ${timeframeOf(toMs)}: it is no whole multiple.`,
      meta: { fromMs, toMs },
    })
  const { openTimeMs, open, high, low, close, volume } = bars
  const n = openTimeMs.length
  const last = openTimeMs[n - 1] ?? 0
  const most =
    n === 0 ? 0 : Math.min(n, (bucketStart(last, toMs) - bucketStart(openTimeMs[0] as number, toMs)) / toMs + 1)
  const out = new GrowingBars(most, toMs)
  let bucketEndMs = -Infinity
  for (let i = 0; i < n; i++) {
    const timeMs = openTimeMs[i] as number
    if (timeMs >= bucketEndMs) {
      const startMs = bucketStart(timeMs, toMs)
      bucketEndMs = startMs + toMs
      out.begin(startMs, open[i] as number)
    }
    out.include(high[i] as number, low[i] as number, close[i] as number, volume[i] as number)
  }
  const all = out.finish()
  if (edges === 'keep' || n === 0) return all
  const lateStart = openTimeMs[0] !== all.openTimeMs[0]
  const earlyEnd = last + fromMs !== all.closeTimeMs[all.closeTimeMs.length - 1]
  const start = lateStart ? 1 : 0
  const end = Math.max(start, all.openTimeMs.length - (earlyEnd ? 1 : 0))
  return lateStart || earlyEnd ? copyBars(sliceBars(all, start, end)) : all
}
