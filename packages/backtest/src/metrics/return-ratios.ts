import { ratePerPeriod } from './basis.ts'
import { mean, sampleDeviation, ZERO_DEVIATION } from './moments.ts'
import { quantile } from './quantile.ts'

/** Total growth of a column of returns: the product of (1 + r), minus 1. */
export function compoundReturn(returns: Float64Array): number {
  let growth = 1
  for (let i = 0; i < returns.length; i += 1) growth *= 1 + (returns[i] as number)
  return growth - 1
}

/** Sample deviation (n - 1) times the root of the periods in a year; undefined below two returns. */
export function annualizedVolatility(returns: Float64Array, periodsPerYear: number): number | undefined {
  const deviation = sampleDeviation(returns)
  return deviation === undefined ? undefined : deviation * Math.sqrt(periodsPerYear)
}

/**
 * (mean(r) - r_f per period) / sample deviation (n - 1) * sqrt(P); undefined below two returns or without deviation.
 *
 * @param riskFreeRate - Yearly, compounded down to a period.
 * Source: Sharpe, The Sharpe Ratio, Journal of Portfolio Management (1994).
 */
export function annualizedSharpe(returns: Float64Array, periodsPerYear: number, riskFreeRate = 0): number | undefined {
  const average = mean(returns)
  const deviation = sampleDeviation(returns)
  if (average === undefined || deviation === undefined || deviation <= ZERO_DEVIATION) return undefined
  return ((average - ratePerPeriod(riskFreeRate, periodsPerYear)) / deviation) * Math.sqrt(periodsPerYear)
}

/**
 * (mean(r) - r_f per period) / sqrt(sum(min(r - MAR, 0)^2) / n) * sqrt(P), all n returns in the divisor; undefined
 * below two returns or where no return falls short.
 *
 * @param minimumReturn - Least acceptable return per period; default the risk-free rate per period.
 * Source: Sortino and van der Meer, Downside Risk, Journal of Portfolio Management (1991).
 */
export function annualizedSortino(
  returns: Float64Array,
  periodsPerYear: number,
  riskFreeRate = 0,
  minimumReturn?: number,
): number | undefined {
  const average = mean(returns)
  if (average === undefined || returns.length < 2) return undefined
  const free = ratePerPeriod(riskFreeRate, periodsPerYear)
  const floor = minimumReturn ?? free
  let squares = 0
  for (let i = 0; i < returns.length; i += 1) {
    const shortfall = Math.min((returns[i] as number) - floor, 0)
    squares += shortfall * shortfall
  }
  const downside = Math.sqrt(squares / returns.length)
  return downside <= ZERO_DEVIATION ? undefined : ((average - free) / downside) * Math.sqrt(periodsPerYear)
}

/**
 * Sum of returns above a threshold over the sum of shortfalls below it; undefined without a shortfall.
 *
 * Source: Keating and Shadwick, A Universal Performance Measure (2002), in its discrete form.
 */
export function omega(returns: Float64Array, threshold = 0): number | undefined {
  let above = 0
  let below = 0
  for (let i = 0; i < returns.length; i += 1) {
    const distance = (returns[i] as number) - threshold
    if (distance > 0) above += distance
    else below -= distance
  }
  return below === 0 ? undefined : above / below
}

/** Tail measures of a column of returns; each undefined where it has no meaning. */
export interface Tails {
  /** Historical value at risk: minus the 5 % quantile. Positive is a loss. */
  readonly var95: number | undefined
  /** Minus the mean of the returns at or below that quantile. */
  readonly cvar95: number | undefined
  /** 95 % quantile over the 5 % quantile, absolute; undefined where the 5 % quantile is 0. */
  readonly tailRatio: number | undefined
}

/** Historical tail measures, nothing assumed about the distribution; undefined below two returns. O(n log n). */
export function tails(returns: Float64Array): Tails {
  const sorted = returns.toSorted()
  const low = quantile(sorted, 0.05)
  const high = quantile(sorted, 0.95)
  if (low === undefined || high === undefined || sorted.length < 2) {
    return { var95: undefined, cvar95: undefined, tailRatio: undefined }
  }
  let sum = 0
  let count = 0
  while (count < sorted.length && (sorted[count] as number) <= low) {
    sum += sorted[count] as number
    count += 1
  }
  return {
    // 0 minus x, so that a quantile of 0 gives 0 and not -0.
    var95: 0 - low,
    cvar95: count === 0 ? undefined : 0 - sum / count,
    tailRatio: low === 0 ? undefined : Math.abs(high / low),
  }
}
