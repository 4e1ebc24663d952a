import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { MeanVolatility, meanVolatility, PERIODS_PER_YEAR } from './mean-volatility.ts'

const INPUTS = ['open', 'high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window'), PERIODS_PER_YEAR] as const
const CLOSE_WEIGHT = 2 * Math.LN2 - 1

function barVariance(open: number, high: number, low: number, close: number): number {
  const range = Math.log(high / low)
  const change = Math.log(close / open)
  return 0.5 * range * range - CLOSE_WEIGHT * change * change
}

/**
 * Garman and Klass's volatility: from open, high, low and close of each bar, annualised.
 *
 * About seven times as efficient as closes, for a price that moves without drift and without gaps between bars. What
 * happens between a close and the next open is not seen.
 *
 * @param open - Positive opens, oldest first. Shape `[n]`.
 * @param high - Positive highs. Shape `[n]`.
 * @param low - Positive lows. Shape `[n]`.
 * @param close - Positive closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @param periodsPerYear - Bars in a year, 1..100,000,000: 365 for daily bars of a market that never closes.
 * @returns Shape `[n]`, a fraction per square root of a year (0.5 is 50 %). The first `period - 1` entries are NaN. 0
 *   where bars that contradict themselves (a close above the high) would give a negative variance.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for a price that is not positive, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Garman and Klass, On the estimation of security price volatilities from historical data, Journal of Business
 * 53 (1980), the practical form of its minimum-variance estimator.
 */
export function garmanKlass(
  open: Float64Array,
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  periodsPerYear: number,
): Float64Array {
  checkParams(PARAMS, [period, periodsPerYear])
  const columns = [open, high, low, close] as const
  const start = seriesStart(columns, INPUTS)
  columns.forEach((column, k) => requireDomain(column, start, INPUTS[k] as 'open', 'positive'))
  const variances = warmupColumn(close.length, start)
  for (let i = start; i < variances.length; i++) {
    variances[i] = barVariance(open[i] as number, high[i] as number, low[i] as number, close[i] as number)
  }
  return meanVolatility(variances, start, period, periodsPerYear)
}

class GarmanKlassState implements IndicatorState {
  readonly #volatility: MeanVolatility

  constructor(period: number, periodsPerYear: number) {
    this.#volatility = new MeanVolatility(period, periodsPerYear)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const variance = barVariance(inputs[0] as number, inputs[1] as number, inputs[2] as number, inputs[3] as number)
    outputs[0] = this.#volatility.step(variance, isNewBar)
  }
}

export const garmanKlassIndicator = defineIndicator({
  name: 'garmanKlass',
  title: 'Garman-Klass volatility',
  about: 'Annualised volatility from range and body of each bar, as a fraction.',
  source: 'Garman and Klass (1980), On the estimation of security price volatilities from historical data',
  inputs: INPUTS,
  domains: { open: 'positive', high: 'positive', low: 'positive', close: 'positive' },
  params: PARAMS,
  outputs: ['volatility'],
  outputWarmup: (period) => [period - 1],
  batch: ([open, high, low, close], [period, periodsPerYear]) => [
    garmanKlass(open, high, low, close, period, periodsPerYear),
  ],
  state: (period, periodsPerYear) => new GarmanKlassState(period, periodsPerYear),
})

/** The stream of {@link garmanKlass}. */
export function createGarmanKlass(period: number, periodsPerYear: number): StreamOf<typeof garmanKlassIndicator> {
  return openStream(garmanKlassIndicator, [period, periodsPerYear])
}
