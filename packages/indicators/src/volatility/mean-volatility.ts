/** What the range estimators share: each bar gives a variance, the window their mean, and a year is so many bars. */
import { numberParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'

export const PERIODS_PER_YEAR = numberParam(
  'periodsPerYear',
  365,
  1,
  100_000_000,
  'bars in a year: 365 for days, 8,760 for hours, 525,600 for minutes',
)

/** Volatility a year from the sum of `period` variances of a bar. Inconsistent bars may sum to less than 0. */
function annualised(sum: number, period: number, periodsPerYear: number): number {
  return sum < 0 ? 0 : Math.sqrt((sum / period) * periodsPerYear)
}

/**
 * @param variances - Variance of each bar, usable from `start` on. Shape `[n]`.
 * @returns Volatility a year, a fraction. Shape `[n]`; the first `start + period - 1` entries are NaN.
 */
export function meanVolatility(
  variances: Float64Array,
  start: number,
  period: number,
  periodsPerYear: number,
): Float64Array {
  const out = windowSums(variances, start, period, 1)
  for (let i = 0; i < out.length; i++) out[i] = annualised(out[i] as number, period, periodsPerYear)
  return out
}

/** The stream of {@link meanVolatility}. */
export class MeanVolatility {
  readonly #period: number
  readonly #periodsPerYear: number
  readonly #sum: WindowSum

  constructor(period: number, periodsPerYear: number) {
    this.#period = period
    this.#periodsPerYear = periodsPerYear
    this.#sum = new WindowSum(period)
  }

  step(variance: number, isNewBar: boolean): number {
    return annualised(this.#sum.step(variance, isNewBar), this.#period, this.#periodsPerYear)
  }
}
