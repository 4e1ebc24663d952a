import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WeightedMean, weightedMeans } from '../recurrence/weighted-mean.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the average')] as const

/**
 * Linearly weighted moving average: weights 1, 2, ... `period`, the newest value weighing most.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN. The weighted sum is exact
 *   where the values are integers.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period, one allocation.
 * Source: weighted arithmetic mean; windows by blocks, see `weighted-mean.ts`.
 */
export function wma(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  return weightedMeans(values, seriesStart([values], INPUTS), period, memory)
}

class WmaState implements IndicatorState {
  readonly #mean: WeightedMean

  constructor(period: number) {
    this.#mean = new WeightedMean(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#mean.step(inputs[0] as number, isNewBar)
  }
}

export const wmaIndicator = defineIndicator({
  name: 'wma',
  title: 'Weighted moving average',
  about: 'Mean of the last values with linearly rising weights.',
  source: 'Weighted arithmetic mean over a sliding window',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['wma'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period], out) => [wma(values, period, out?.[0])],
  state: (period) => new WmaState(period),
})

/** The stream of {@link wma}. */
export function createWma(period: number): StreamOf<typeof wmaIndicator> {
  return openStream(wmaIndicator, [period])
}
