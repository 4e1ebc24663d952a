import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { MeanVolatility, meanVolatility, PERIODS_PER_YEAR } from './mean-volatility.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window'), PERIODS_PER_YEAR] as const
const FOUR_LN_TWO = 4 * Math.LN2

function barVariance(high: number, low: number): number {
  const range = Math.log(high / low)
  return (range * range) / FOUR_LN_TWO
}

/**
 * Parkinson's volatility: from the range of high and low, annualised.
 *
 * About five times as efficient as closes, for a price that moves without drift and without gaps between bars. It is too
 * low where trades are few, and it does not see what happens between a close and the next open.
 *
 * @param high - Positive highs, oldest first. Shape `[n]`.
 * @param low - Positive lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @param periodsPerYear - Bars in a year, 1..100,000,000: 365 for daily bars of a market that never closes.
 * @returns Shape `[n]`, a fraction per square root of a year (0.5 is 50 %). The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Parkinson, The extreme value method for estimating the variance of the rate of return, Journal of Business 53
 * (1980).
 */
export function parkinson(high: Float64Array, low: Float64Array, period: number, periodsPerYear: number): Float64Array {
  checkParams(PARAMS, [period, periodsPerYear])
  const start = seriesStart([high, low], INPUTS)
  requireDomain(high, start, 'high', 'positive')
  requireDomain(low, start, 'low', 'positive')
  const variances = warmupColumn(high.length, start)
  for (let i = start; i < variances.length; i++) variances[i] = barVariance(high[i] as number, low[i] as number)
  return meanVolatility(variances, start, period, periodsPerYear)
}

class ParkinsonState implements IndicatorState {
  readonly #volatility: MeanVolatility

  constructor(period: number, periodsPerYear: number) {
    this.#volatility = new MeanVolatility(period, periodsPerYear)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#volatility.step(barVariance(inputs[0] as number, inputs[1] as number), isNewBar)
  }
}

export const parkinsonIndicator = defineIndicator({
  name: 'parkinson',
  title: 'Parkinson volatility',
  about: 'Annualised volatility from the range of high and low, as a fraction.',
  source: 'Parkinson (1980), The extreme value method for estimating the variance of the rate of return',
  inputs: INPUTS,
  domains: { high: 'positive', low: 'positive' },
  params: PARAMS,
  outputs: ['volatility'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low], [period, periodsPerYear]) => [parkinson(high, low, period, periodsPerYear)],
  state: (period, periodsPerYear) => new ParkinsonState(period, periodsPerYear),
})

/** The stream of {@link parkinson}. */
export function createParkinson(period: number, periodsPerYear: number): StreamOf<typeof parkinsonIndicator> {
  return openStream(parkinsonIndicator, [period, periodsPerYear])
}
