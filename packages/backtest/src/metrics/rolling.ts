import { benchmarkRelation } from './benchmark.ts'
import { annualizedSharpe, annualizedVolatility } from './return-ratios.ts'

/** A statistic over a moving window; entry i covers the `window` returns that end with return `window - 1 + i`. */
export interface RollingColumns {
  readonly window: number
  readonly timeMs: Float64Array
  /** NaN where a window has no deviation. */
  readonly sharpe: Float64Array
  readonly volatility: Float64Array
  /** Undefined without a benchmark. */
  readonly beta: Float64Array | undefined
}

/**
 * Annualised Sharpe ratio, volatility and beta over the last `window` returns.
 *
 * @param timeMs - End of each return, shape `[n]`.
 * @param benchmark - Returns of the benchmark over the same periods, shape `[n]`.
 * @returns Columns of shape `[max(0, n - window + 1)]`. Each window is summed afresh, so no error accumulates: O(n window).
 */
export function rollingStatistics(
  timeMs: Float64Array,
  returns: Float64Array,
  window: number,
  periodsPerYear: number,
  benchmark?: Float64Array,
): RollingColumns {
  const count = Math.max(0, returns.length - window + 1)
  const sharpe = new Float64Array(count)
  const volatility = new Float64Array(count)
  const beta = benchmark === undefined ? undefined : new Float64Array(count)
  for (let i = 0; i < count; i += 1) {
    const own = returns.subarray(i, i + window)
    sharpe[i] = annualizedSharpe(own, periodsPerYear) ?? Number.NaN
    volatility[i] = annualizedVolatility(own, periodsPerYear) ?? Number.NaN
    if (beta !== undefined && benchmark !== undefined) {
      beta[i] = benchmarkRelation(own, benchmark.subarray(i, i + window), periodsPerYear, 0).beta ?? Number.NaN
    }
  }
  return { window, timeMs: timeMs.subarray(returns.length - count), sharpe, volatility, beta }
}
