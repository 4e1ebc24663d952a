import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowPairs, windowPairs } from '../recurrence/window-pairs.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value', 'other'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window', 2)] as const

/** Correlation from squared deviations and their products; 0 where either series is constant. */
export function correlationOf(squaresX: number, squaresY: number, products: number): number {
  if (squaresX <= 0 || squaresY <= 0) return 0
  const value = products / (Math.sqrt(squaresX) * Math.sqrt(squaresY))
  return value > 1 ? 1 : value < -1 ? -1 : value
}

/**
 * Rolling Pearson correlation of two series over the last `period` bars.
 *
 * @param values - Any series, oldest first; usually returns, because price levels correlate by drifting. Shape `[n]`.
 * @param other - The other series, bar by bar beside the first. Shape `[n]`. Leading NaN in either shift the warm-up.
 * @param period - Bars in the window, integer >= 2.
 * @returns Shape `[n]`, range -1..1. The first `period - 1` entries are NaN. 0 where either window is constant.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period. The price level does not cost precision, see `window-pairs.ts`.
 * Source: Pearson (1895), Notes on regression and inheritance in the case of two parents.
 */
export function correlation(values: Float64Array, other: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values, other], INPUTS)
  return windowPairs(values, other, start, period, correlationOf)
}

class CorrelationState implements IndicatorState {
  readonly #pairs: WindowPairs

  constructor(period: number) {
    this.#pairs = new WindowPairs(period, correlationOf)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#pairs.step(inputs[0] as number, inputs[1] as number, isNewBar)
  }
}

export const correlationIndicator = defineIndicator({
  name: 'correlation',
  title: 'Rolling correlation',
  about: 'Pearson correlation of two series over the last bars.',
  source: 'Pearson (1895), Notes on regression and inheritance in the case of two parents',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['correlation'],
  outputWarmup: (period) => [period - 1],
  batch: ([values, other], [period]) => [correlation(values, other, period)],
  state: (period) => new CorrelationState(period),
})

/** The stream of {@link correlation}. */
export function createCorrelation(period: number): StreamOf<typeof correlationIndicator> {
  return openStream(correlationIndicator, [period])
}
