import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window')] as const

/**
 * Largest of the last `period` values, the current one included.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period, one allocation.
 * Source: van Herk (1992), Gil and Werman (1993), see `window-extremes.ts`.
 */
export function rollingMax(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  return windowExtremes(values, seriesStart([values], INPUTS), period, 1)
}

/** State of a rolling maximum (sign 1) or minimum (sign -1). */
export class RollingExtremeState implements IndicatorState {
  readonly #extreme: WindowExtreme

  constructor(period: number, sign: 1 | -1) {
    this.#extreme = new WindowExtreme(period, sign)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#extreme.step(inputs[0] as number, isNewBar)
  }
}

export const rollingMaxIndicator = defineIndicator({
  name: 'rollingMax',
  title: 'Rolling maximum',
  about: 'Largest of the last values, the current one included.',
  source: 'van Herk (1992), Gil and Werman (1993)',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['max'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period]) => [rollingMax(values, period)],
  state: (period) => new RollingExtremeState(period, 1),
})

/** The stream of {@link rollingMax}. */
export function createRollingMax(period: number): StreamOf<typeof rollingMaxIndicator> {
  return openStream(rollingMaxIndicator, [period])
}
