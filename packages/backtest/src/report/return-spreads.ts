import { bucketStart } from '@kestrel/core'
import { DAY_MS } from '../metrics/basis.ts'
import type { DailyEquity } from '../metrics/daily-equity.ts'
import type { RunMetrics } from '../metrics/metrics.ts'
import { quantile } from '../metrics/quantile.ts'
import type { Histogram, ReturnSpread } from './report-model.ts'

/** Quantiles of returns by day, calendar week and month; periods with fewer than four returns are left out. */
export function returnSpreads(run: RunMetrics): ReturnSpread[] {
  const columns = [
    ['day', run.daily.returns],
    ['week', weeklyReturns(run.daily)],
    ['month', Float64Array.from(run.months, ({ totalReturn }) => totalReturn)],
  ] as const
  return columns.flatMap(([period, returns]) => {
    if (returns.length < 4) return []
    const sorted = returns.toSorted()
    const at = (probability: number): number => quantile(sorted, probability) ?? 0
    return [
      { period, observations: returns.length, min: at(0), q25: at(0.25), median: at(0.5), q75: at(0.75), max: at(1) },
    ]
  })
}

/** Weeks from Monday 00:00 UTC. */
function weeklyReturns({ timeMs, returns }: DailyEquity): Float64Array {
  const growth = new Map<number, number>()
  for (let i = 0; i < returns.length; i += 1) {
    const week = bucketStart((timeMs[i] as number) - 1, 7 * DAY_MS)
    growth.set(week, (growth.get(week) ?? 1) * (1 + (returns[i] as number)))
  }
  return Float64Array.from(growth.values(), (value) => value - 1)
}

/**
 * Counts of returns in equal bins between the 0.5 % and 99.5 % quantiles; what lies outside is counted in the outermost
 * bin. Undefined below ten returns or where all are equal.
 */
export function returnHistogram(all: Float64Array, bins = 41): Histogram | undefined {
  // Days without a position return exactly zero; one towering bin would hide the shape of the rest.
  const returns = all.filter((value) => value !== 0)
  const sorted = returns.toSorted()
  const low = quantile(sorted, 0.005) ?? 0
  const high = quantile(sorted, 0.995) ?? 0
  if (returns.length < 10 || high - low <= 1e-12) return undefined
  // The edge between two bins is zero, so that no bin mixes gains and losses.
  const width = (high - low) / bins
  const below = Math.max(0, Math.ceil(-low / width))
  const start = low < 0 ? -below * width : low
  const counts = new Array<number>(bins).fill(0)
  for (const value of returns) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - start) / width + 1e-12)))
    counts[bin] = (counts[bin] as number) + 1
  }
  return {
    edges: Array.from({ length: bins + 1 }, (_, i) => start + i * width),
    counts,
    zeros: all.length - returns.length,
  }
}
