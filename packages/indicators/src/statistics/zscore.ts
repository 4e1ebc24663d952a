import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSquares, windowSquares } from '../recurrence/window-squares.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 20, 'bars in the window', 2),
  integerParam('ddof', 0, 0, 1, '0 for the deviation of the window itself, 1 for the sample estimate'),
] as const

function score(deviation: number, squares: number, freedom: number): number {
  return squares === 0 ? 0 : deviation / Math.sqrt(squares / freedom)
}

/**
 * Z-score: how many standard deviations the value lies from the mean of the last `period` values, itself included.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 2.
 * @param ddof - Subtracted from the period in the divisor: 0 population (the default), 1 sample.
 * @returns Shape `[n]`, without unit, magnitude at most sqrt(period - 1) (but for rounding). The first `period - 1`
 *   entries are NaN. 0 on a constant window.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidParameterError} for a `ddof` other than 0 and 1.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: standard score; variance as in `window-squares.ts`.
 */
export function zscore(values: Float64Array, period: number, ddof = 0): Float64Array {
  checkParams(PARAMS, [period, ddof])
  const start = seriesStart([values], INPUTS)
  const out = warmupColumn(values.length, start + period - 1)
  const squares = windowSquares(values, start, period, undefined, out)
  const freedom = period - ddof
  for (let i = start + period - 1; i < out.length; i++) out[i] = score(out[i] as number, squares[i] as number, freedom)
  return out
}

class ZscoreState implements IndicatorState {
  readonly #squares: WindowSquares
  readonly #freedom: number

  constructor(period: number, ddof: number) {
    this.#squares = new WindowSquares(period)
    this.#freedom = period - ddof
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const squares = this.#squares.step(inputs[0] as number, isNewBar)
    outputs[0] = score(this.#squares.deviation, squares, this.#freedom)
  }
}

export const zscoreIndicator = defineIndicator({
  name: 'zscore',
  title: 'Z-score',
  about: 'Distance of the value from its recent mean, in standard deviations.',
  source: 'Standard score over a sliding window',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['zscore'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period, ddof]) => [zscore(values, period, ddof)],
  state: (period, ddof) => new ZscoreState(period, ddof),
})

/** The stream of {@link zscore}. */
export function createZscore(period: number, ddof = 0): StreamOf<typeof zscoreIndicator> {
  return openStream(zscoreIndicator, [period, ddof])
}
