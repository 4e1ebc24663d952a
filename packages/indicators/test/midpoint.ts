import { defineIndicator } from '../src/definition.ts'
import { openStream, type StreamOf } from '../src/named-stream.ts'
import { checkParams, periodParam } from '../src/parameters.ts'
import { seriesStart } from '../src/series.ts'
import type { IndicatorState } from '../src/stream.ts'
import { WindowExtreme, windowExtremes } from '../src/recurrence/window-extremes.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 14, 'bars in the window')] as const

/**
 * Midpoint: the mean of the largest and the smallest of the last `period` values.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: `MIDPOINT` of TA-Lib.
 */
export function midpoint(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const largest = windowExtremes(values, start, period, 1)
  const smallest = windowExtremes(values, start, period, -1)
  return largest.map((value, i) => middle(value, smallest[i] as number))
}

function middle(largest: number, smallest: number): number {
  return (largest + smallest) / 2
}

class MidpointState implements IndicatorState {
  readonly #largest: WindowExtreme
  readonly #smallest: WindowExtreme

  constructor(period: number) {
    this.#largest = new WindowExtreme(period, 1)
    this.#smallest = new WindowExtreme(period, -1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    outputs[0] = middle(this.#largest.step(value, isNewBar), this.#smallest.step(value, isNewBar))
  }
}

export const midpointIndicator = defineIndicator({
  name: 'midpoint',
  title: 'Midpoint',
  about: 'Mean of the largest and the smallest of the last values.',
  source: 'MIDPOINT of TA-Lib',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['midpoint'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period]) => [midpoint(values, period)],
  state: (period) => new MidpointState(period),
})

/** The stream of {@link midpoint}. */
export function createMidpoint(period: number): StreamOf<typeof midpointIndicator> {
  return openStream(midpointIndicator, [period])
}
