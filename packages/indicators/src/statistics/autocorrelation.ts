import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowLag } from '../recurrence/window-lag.ts'
import { laggedPairs, WindowPairs } from '../recurrence/window-pairs.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { correlationOf } from './correlation.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 50, 'pairs of values in the window', 2),
  periodParam('lag', 1, 'bars between the values of a pair'),
] as const

/**
 * Rolling autocorrelation: Pearson correlation of a series with itself `lag` bars before.
 *
 * @param values - Any series, oldest first; usually returns, because price levels correlate by drifting. Shape `[n]`;
 *   leading NaN shift the warm-up.
 * @param period - Pairs in the window, integer >= 2.
 * @param lag - Bars between the two values of a pair, integer >= 1.
 * @returns Shape `[n]`, range -1..1. The first `period + lag - 1` entries are NaN. 0 where either end of the pairs is
 *   constant. Each end has its own mean and deviation, as in `Series.autocorr` of pandas; the textbook form with one
 *   mean for both differs by O(lag / period).
 * @throws {@link InvalidPeriodError} for a bad period or lag.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Pearson's coefficient; Box and Jenkins, Time Series Analysis (1970) for its use on a lagged series.
 */
export function autocorrelation(values: Float64Array, period: number, lag: number): Float64Array {
  checkParams(PARAMS, [period, lag])
  return laggedPairs(values, seriesStart([values], INPUTS), lag, period, correlationOf)
}

class AutocorrelationState implements IndicatorState {
  readonly #before: WindowLag
  readonly #pairs: WindowPairs

  constructor(period: number, lag: number) {
    this.#before = new WindowLag(lag)
    this.#pairs = new WindowPairs(period, correlationOf)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const before = this.#before.step(value, isNewBar)
    if (Number.isNaN(before)) return
    outputs[0] = this.#pairs.step(before, value, isNewBar)
  }
}

export const autocorrelationIndicator = defineIndicator({
  name: 'autocorrelation',
  title: 'Rolling autocorrelation',
  about: 'Correlation of a series with itself some bars before.',
  source: "Pearson's coefficient of a series and its lag; Series.autocorr of pandas",
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['autocorrelation'],
  outputWarmup: (period, lag) => [period + lag - 1],
  batch: ([values], [period, lag]) => [autocorrelation(values, period, lag)],
  state: (period, lag) => new AutocorrelationState(period, lag),
})

/** The stream of {@link autocorrelation}. */
export function createAutocorrelation(period: number, lag: number): StreamOf<typeof autocorrelationIndicator> {
  return openStream(autocorrelationIndicator, [period, lag])
}
