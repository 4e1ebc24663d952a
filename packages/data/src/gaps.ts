import { timeframeMs } from '@kestrel/core'

import type { DatasetKey, GapEntry } from './dataset.ts'

export interface FindGapsOptions {
  /** Name of the source for the entries. Default `unknown`. */
  readonly source?: string
  /** Why the rows are absent. Default `no row in the source`. */
  readonly reason?: string
}

/**
 * Runs of bars that are absent between the first and the last row.
 *
 * @param openTimeMs - Open times, strictly increasing and on the timeframe's grid.
 * @param timeframeMs - Length of a bar.
 * @returns One `missing` entry per run, oldest first; `count` is the number of absent bars.
 *
 * O(n) time.
 */
export function findGaps(openTimeMs: Float64Array, timeframeMs: number, options: FindGapsOptions = {}): GapEntry[] {
  const { source = 'unknown', reason = 'no row in the source' } = options
  const gaps: GapEntry[] = []
  for (let i = 1; i < openTimeMs.length; i++) {
    const fromMs = (openTimeMs[i - 1] as number) + timeframeMs
    const toMs = openTimeMs[i] as number
    if (toMs > fromMs)
      gaps.push({ kind: 'missing', fromMs, toMs, count: (toMs - fromMs) / timeframeMs, reason, source })
  }
  return gaps
}

/**
 * The entries that touch the window `fromMs` to `toMs` (exclusive).
 *
 * Missing runs of bars are cut to the bars whose open time lies inside; other entries are given whole, because where in
 * their span the rows lie is not known.
 */
export function clipGaps(ledger: readonly GapEntry[], fromMs: number, toMs: number, key: DatasetKey): GapEntry[] {
  const barMs = key.kind === 'bars' && key.timeframe !== undefined ? timeframeMs(key.timeframe) : undefined
  const clipped: GapEntry[] = []
  for (const entry of ledger) {
    if (entry.fromMs >= toMs || entry.toMs <= fromMs) continue
    if (entry.kind !== 'missing' || barMs === undefined) clipped.push(entry)
    else {
      const skipped = Math.max(0, Math.ceil((fromMs - entry.fromMs) / barMs))
      const cut = Math.max(0, Math.floor((entry.toMs - toMs) / barMs))
      const count = entry.count - skipped - cut
      if (count > 0)
        clipped.push({ ...entry, fromMs: entry.fromMs + skipped * barMs, toMs: entry.toMs - cut * barMs, count })
    }
  }
  return clipped
}
