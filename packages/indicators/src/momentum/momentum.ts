import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowLag } from '../recurrence/window-lag.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 10, 'bars between the two values')] as const

/**
 * Momentum: the value less the value `period` bars before.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars between the two values, integer >= 1.
 * @returns Shape `[n]`, in the unit of `values`. The first `period` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one allocation.
 * Source: difference of a series and its lag.
 */
export function momentum(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const out = warmupColumn(values.length, start + period)
  for (let i = start + period; i < out.length; i++) out[i] = (values[i] as number) - (values[i - period] as number)
  return out
}

class MomentumState implements IndicatorState {
  readonly #lag: WindowLag

  constructor(period: number) {
    this.#lag = new WindowLag(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    outputs[0] = value - this.#lag.step(value, isNewBar)
  }
}

export const momentumIndicator = defineIndicator({
  name: 'momentum',
  title: 'Momentum',
  about: 'Change of the value over a number of bars, in its own unit.',
  source: 'Difference of a series and its lag',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['momentum'],
  outputWarmup: (period) => [period],
  batch: ([values], [period]) => [momentum(values, period)],
  state: (period) => new MomentumState(period),
})

/** The stream of {@link momentum}. */
export function createMomentum(period: number): StreamOf<typeof momentumIndicator> {
  return openStream(momentumIndicator, [period])
}
