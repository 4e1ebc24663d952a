import type { TimeMs } from '@kestrel/core'
import { ratePerPeriod } from './basis.ts'
import { mean, sampleCovariance, sampleDeviation, ZERO_DEVIATION } from './moments.ts'

/** A price or index to compare a run with, as columns of shape `[n]` ascending in time. */
export interface BenchmarkColumns {
  readonly name: string
  readonly timeMs: Float64Array
  /** Positive. */
  readonly value: Float64Array
  /** Value at the start of the run, against which the first return is taken. */
  readonly startValue: number
  readonly startTimeMs: TimeMs
}

/** How a run moved with its benchmark. Undefined below two common returns or where the benchmark never moves. */
export interface BenchmarkRelation {
  /** (mean r - r_f - beta (mean b - r_f)) * P, yearly. */
  readonly alpha: number | undefined
  /** cov(r, b) / var(b), divisor n - 1. */
  readonly beta: number | undefined
  /** mean(r - b) / sample deviation (r - b) * sqrt(P). */
  readonly informationRatio: number | undefined
  readonly correlation: number | undefined
}

/**
 * Alpha, beta, information ratio and correlation of two columns of returns over the same periods.
 *
 * Source: Jensen (1968) for alpha; Grinold and Kahn, Active Portfolio Management, for the information ratio.
 */
export function benchmarkRelation(
  returns: Float64Array,
  benchmark: Float64Array,
  periodsPerYear: number,
  riskFreeRate: number,
): BenchmarkRelation {
  const n = Math.min(returns.length, benchmark.length)
  const own = returns.subarray(0, n)
  const other = benchmark.subarray(0, n)
  const covariance = sampleCovariance(own, other)
  const otherDeviation = sampleDeviation(other)
  const ownDeviation = sampleDeviation(own)
  const difference = own.map((value, i) => value - (other[i] as number))
  const active = sampleDeviation(difference)
  const activeMean = mean(difference)
  const informationRatio =
    active === undefined || activeMean === undefined || active <= ZERO_DEVIATION
      ? undefined
      : (activeMean / active) * Math.sqrt(periodsPerYear)
  if (covariance === undefined || otherDeviation === undefined || ownDeviation === undefined) {
    return { alpha: undefined, beta: undefined, informationRatio, correlation: undefined }
  }
  if (otherDeviation <= ZERO_DEVIATION) {
    return { alpha: undefined, beta: undefined, informationRatio, correlation: undefined }
  }
  const beta = covariance / (otherDeviation * otherDeviation)
  const free = ratePerPeriod(riskFreeRate, periodsPerYear)
  const alpha = ((mean(own) ?? 0) - free - beta * ((mean(other) ?? 0) - free)) * periodsPerYear
  return {
    alpha,
    beta,
    informationRatio,
    correlation: ownDeviation <= ZERO_DEVIATION ? undefined : covariance / (ownDeviation * otherDeviation),
  }
}
