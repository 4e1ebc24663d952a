import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSquares, windowSquares } from '../recurrence/window-squares.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 20, 'bars in the window'),
  numberParam('multiplier', 2, 0, 1000, 'distance of the bands from the middle, in standard deviations'),
] as const

/** Columns of {@link bollinger}, in the unit of the input. */
export interface BollingerColumns {
  /** Simple average; equal to `sma` bit for bit. */
  readonly middle: Float64Array
  readonly upper: Float64Array
  readonly lower: Float64Array
}

/**
 * Bollinger bands: the simple average and lines `multiplier` population standard deviations around it.
 *
 * @param values - Any series, usually closes, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the window, integer >= 1. Bollinger used 20.
 * @param multiplier - Half width of the band in standard deviations, 0..1000. Bollinger used 2.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. All three are equal on a constant window.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidParameterError} for a bad multiplier.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period.
 * Source: Bollinger, Bollinger on Bollinger Bands (2001).
 */
export function bollinger(
  values: Float64Array,
  period: number,
  multiplier: number,
  memory?: BollingerColumns,
): BollingerColumns {
  checkParams(PARAMS, [period, multiplier])
  const start = seriesStart([values], INPUTS)
  const middle = windowSums(values, start, period, period, memory?.middle)
  const upper = windowSquares(values, start, period, memory?.upper)
  const lower = warmupColumn(values.length, 0, memory?.lower)
  const share = 1 / period
  for (let i = 0; i < middle.length; i++) {
    const centre = middle[i] as number
    const width = multiplier * Math.sqrt((upper[i] as number) * share)
    upper[i] = centre + width
    lower[i] = centre - width
  }
  return { middle, upper, lower }
}

class BollingerState implements IndicatorState {
  readonly #period: number
  readonly #share: number
  readonly #multiplier: number
  readonly #sum: WindowSum
  readonly #squares: WindowSquares

  constructor(period: number, multiplier: number) {
    this.#period = period
    this.#share = 1 / period
    this.#multiplier = multiplier
    this.#sum = new WindowSum(period)
    this.#squares = new WindowSquares(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const value = inputs[0] as number
    const centre = this.#sum.step(value, isNewBar) / this.#period
    const width = this.#multiplier * Math.sqrt(this.#squares.step(value, isNewBar) * this.#share)
    outputs[0] = centre
    outputs[1] = centre + width
    outputs[2] = centre - width
  }
}

export const bollingerIndicator = defineIndicator({
  name: 'bollinger',
  title: 'Bollinger bands',
  about: 'Simple average with a band of standard deviations around it.',
  source: 'Bollinger (2001), Bollinger on Bollinger Bands',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['middle', 'upper', 'lower'],
  outputWarmup: (period) => [period - 1, period - 1, period - 1],
  batch: ([values], [period, multiplier], out) => {
    const columns = bollinger(values, period, multiplier, out && { middle: out[0], upper: out[1], lower: out[2] })
    return [columns.middle, columns.upper, columns.lower]
  },
  state: (period, multiplier) => new BollingerState(period, multiplier),
})

/** The stream of {@link bollinger}. */
export function createBollinger(period: number, multiplier: number): StreamOf<typeof bollingerIndicator> {
  return openStream(bollingerIndicator, [period, multiplier])
}
