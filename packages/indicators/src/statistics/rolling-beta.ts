import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowPairs, windowPairs } from '../recurrence/window-pairs.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value', 'other'] as const
const PARAMS = [periodParam('period', 60, 'bars in the window', 2)] as const

/** Squared deviations below it are rounding or underflow: their quotients could overflow. */
const LEAST_SQUARES = 1e-290

/** Columns of {@link rollingBeta}. */
export interface RollingBetaColumns {
  /** Slope of the line: change of `value` for a change of `other` by one. */
  readonly beta: Float64Array
  /** Intercept of the line: the value where `other` is 0. */
  readonly alpha: Float64Array
}

/** Slope of y on x; 0 where x is constant. */
function slopeOf(squaresX: number, _squaresY: number, products: number): number {
  return squaresX < LEAST_SQUARES ? 0 : products / squaresX
}

function intercept(sumY: number, sumX: number, slope: number, period: number): number {
  return (sumY - slope * sumX) / period
}

/**
 * Rolling beta: slope and intercept of the least-squares line of one series on another over the last `period` bars.
 *
 * Of returns on the returns of a market it is the beta of the capital asset pricing model; of log prices on log prices,
 * the hedge ratio of a pair, with the spread `value - beta * other - alpha`.
 *
 * @param values - What is explained, oldest first. Shape `[n]`.
 * @param other - What explains it, bar by bar beside the first. Shape `[n]`. Leading NaN in either shift the warm-up.
 * @param period - Bars in the window, integer >= 2.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. Where `other` is constant beta is 0 and alpha
 *   the mean of the values.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Sharpe, Capital asset prices, Journal of Finance 19 (1964); ordinary least squares. TA-Lib's `BETA` is this of
 * the returns of its inputs, with the second explained by the first.
 */
export function rollingBeta(values: Float64Array, other: Float64Array, period: number): RollingBetaColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([values, other], INPUTS)
  const beta = windowPairs(other, values, start, period, slopeOf)
  const sums = windowSums(values, start, period, 1)
  const otherSums = windowSums(other, start, period, 1)
  const alpha = warmupColumn(values.length, start + period - 1)
  for (let i = start + period - 1; i < alpha.length; i++) {
    alpha[i] = intercept(sums[i] as number, otherSums[i] as number, beta[i] as number, period)
  }
  return { beta, alpha }
}

class RollingBetaState implements IndicatorState {
  readonly #period: number
  readonly #pairs: WindowPairs
  readonly #sum: WindowSum
  readonly #otherSum: WindowSum

  constructor(period: number) {
    this.#period = period
    this.#pairs = new WindowPairs(period, slopeOf)
    this.#sum = new WindowSum(period)
    this.#otherSum = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const other = inputs[1] as number
    const slope = this.#pairs.step(other, value, isNewBar)
    outputs[0] = slope
    outputs[1] = intercept(this.#sum.step(value, isNewBar), this.#otherSum.step(other, isNewBar), slope, this.#period)
  }
}

export const rollingBetaIndicator = defineIndicator({
  name: 'rollingBeta',
  title: 'Rolling beta',
  about: 'Slope and intercept of the least-squares line of one series on another over the last bars.',
  source: 'Sharpe (1964), Capital asset prices; ordinary least squares',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['beta', 'alpha'],
  outputWarmup: (period) => [period - 1, period - 1],
  batch: ([values, other], [period]) => {
    const columns = rollingBeta(values, other, period)
    return [columns.beta, columns.alpha]
  },
  state: (period) => new RollingBetaState(period),
})

/** The stream of {@link rollingBeta}. */
export function createRollingBeta(period: number): StreamOf<typeof rollingBetaIndicator> {
  return openStream(rollingBetaIndicator, [period])
}
