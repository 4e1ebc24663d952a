import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowLag } from '../recurrence/window-lag.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 10, 'bars between the two values')] as const

/** Change from `base` to `value` in percent of `base`. */
export function changePct(value: number, base: number): number {
  return (100 * (value - base)) / base
}

/**
 * Rate of change: the change over `period` bars in percent of the value then (1 is 1 %).
 *
 * @param values - Any series without zeros, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars between the two values, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, percent. The first `period` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for zero, an infinity, or NaN after the first number.
 *
 * Causal. O(n) time, one allocation.
 * Source: `ROC` of TA-Lib.
 */
export function roc(values: Float64Array, period: number, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  requireDomain(values, start, 'value', 'non-zero')
  const out = warmupColumn(values.length, start + period, memory)
  for (let i = start + period; i < out.length; i++) {
    out[i] = changePct(values[i] as number, values[i - period] as number)
  }
  return out
}

class RocState implements IndicatorState {
  readonly #lag: WindowLag

  constructor(period: number) {
    this.#lag = new WindowLag(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    outputs[0] = changePct(value, this.#lag.step(value, isNewBar))
  }
}

export const rocIndicator = defineIndicator({
  name: 'roc',
  title: 'Rate of change',
  about: 'Change of the value over a number of bars, in percent.',
  source: 'ROC of TA-Lib',
  inputs: INPUTS,
  domains: { value: 'non-zero' },
  params: PARAMS,
  outputs: ['roc'],
  outputWarmup: (period) => [period],
  batch: ([values], [period], out) => [roc(values, period, out?.[0])],
  state: (period) => new RocState(period),
})

/** The stream of {@link roc}. */
export function createRoc(period: number): StreamOf<typeof rocIndicator> {
  return openStream(rocIndicator, [period])
}
