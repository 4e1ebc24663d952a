import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the average')] as const

/**
 * Simple moving average: the sum of the last `period` values divided by `period`.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN. Exact where the values are
 *   integers; else within `period` roundings of the true mean, however long the series.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one allocation.
 * Source: arithmetic mean; windows by blocks, see `window-sums.ts`.
 */
export function sma(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  return windowSums(values, seriesStart([values], INPUTS), period, period, memory)
}

class SmaState implements IndicatorState {
  readonly #period: number
  readonly #sum: WindowSum

  constructor(period: number) {
    this.#period = period
    this.#sum = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#sum.step(inputs[0] as number, isNewBar) / this.#period
  }
}

export const smaIndicator = defineIndicator({
  name: 'sma',
  title: 'Simple moving average',
  about: 'Mean of the last values, all with equal weight.',
  source: 'Arithmetic mean over a sliding window',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['sma'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period], out) => [sma(values, period, out?.[0])],
  state: (period) => new SmaState(period),
})

/** The stream of {@link sma}. */
export function createSma(period: number): StreamOf<typeof smaIndicator> {
  return openStream(smaIndicator, [period])
}
