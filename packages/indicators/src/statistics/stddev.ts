import { defineIndicator } from '../definition.ts'
import { InvalidPeriodError } from '../errors.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, MAX_PERIOD, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSquares, windowSquares } from '../recurrence/window-squares.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 20, 'bars in the window'),
  integerParam('ddof', 0, 0, 1, '0 for the deviation of the window itself, 1 for the sample estimate'),
] as const

function requireFreedom(period: number, ddof: number): void {
  if (period <= ddof) throw new InvalidPeriodError('period', period, ddof + 1, MAX_PERIOD)
}

/**
 * Standard deviation of the last `period` values.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 1, and >= 2 where `ddof` is 1.
 * @param ddof - Subtracted from the period in the divisor: 0 population (the default, as in Bollinger bands), 1 sample.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, in the unit of `values`, zero or more. The first `period - 1` entries are NaN. Exactly 0 on a
 *   constant window; no cancellation at any price level.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidParameterError} for a `ddof` other than 0 and 1.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Chan, Golub and LeVeque (1983), see `window-squares.ts`.
 */
export function stddev(values: Float64Array, period: number, ddof = 0, memory?: Float64Array): Float64Array {
  checkParams(PARAMS, [period, ddof])
  requireFreedom(period, ddof)
  const out = windowSquares(values, seriesStart([values], INPUTS), period, memory)
  const share = 1 / (period - ddof)
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt((out[i] as number) * share)
  return out
}

class StddevState implements IndicatorState {
  readonly #squares: WindowSquares
  /** 1 / degrees of freedom. */
  readonly #share: number

  constructor(period: number, ddof: number) {
    requireFreedom(period, ddof)
    this.#squares = new WindowSquares(period)
    this.#share = 1 / (period - ddof)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = Math.sqrt(this.#squares.step(inputs[0] as number, isNewBar) * this.#share)
  }
}

export const stddevIndicator = defineIndicator({
  name: 'stddev',
  title: 'Standard deviation',
  about: 'Spread of the last values around their mean.',
  source: 'Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['stddev'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period, ddof], out) => [stddev(values, period, ddof, out?.[0])],
  state: (period, ddof) => new StddevState(period, ddof),
})

/** The stream of {@link stddev}. */
export function createStddev(period: number, ddof = 0): StreamOf<typeof stddevIndicator> {
  return openStream(stddevIndicator, [period, ddof])
}
