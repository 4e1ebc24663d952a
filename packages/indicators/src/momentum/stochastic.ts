import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { placePct, windowPlaces } from '../recurrence/window-places.ts'
import { WindowRange } from '../recurrence/window-range.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [
  periodParam('period', 14, 'bars in the range'),
  periodParam('smoothK', 3, 'bars in the average that makes %K; 1 for the fast stochastic'),
  periodParam('smoothD', 3, 'bars in the average of %K that makes %D'),
] as const

/** Columns of {@link stochastic}, each in 0..100. */
export interface StochasticColumns {
  readonly k: Float64Array
  readonly d: Float64Array
}

/**
 * Stochastic oscillator: where the close lies between the lowest low and the highest high, smoothed twice.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes, within their bar's range. Shape `[n]`. Bars with a leading NaN shift the warm-up.
 * @param period - Bars in the range, integer >= 1.
 * @param smoothK - Bars in the simple average that makes %K, integer >= 1; 1 for the fast stochastic.
 * @param smoothD - Bars in the simple average of %K that makes %D, integer >= 1.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`, range 0..100. The first `period + smoothK - 2` entries of `k` are NaN, and
 *   `smoothD - 1` more of `d`. A range of zero counts as 50.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the periods.
 * Source: Lane, Lane's Stochastics, Technical Analysis of Stocks and Commodities 2 (1984). Williams' %R is the raw
 * value less 100.
 */
export function stochastic(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  smoothK: number,
  smoothD: number,
  memory?: StochasticColumns,
): StochasticColumns {
  checkParams(PARAMS, [period, smoothK, smoothD])
  return stochasticColumns(high, low, close, seriesStart([high, low, close], INPUTS), period, smoothK, smoothD, memory)
}

/** {@link stochastic} on columns that are usable from `start` on. */
export function stochasticColumns(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  start: number,
  period: number,
  smoothK: number,
  smoothD: number,
  out?: StochasticColumns,
): StochasticColumns {
  const first = start + period - 1
  const k = windowPlaces(high, low, close, start, period, 0, out?.k)
  windowSums(k, first, smoothK, smoothK, k)
  return { k, d: windowSums(k, first + smoothK - 1, smoothD, smoothD, out?.d) }
}

/** State of {@link stochastic}. */
export class StochasticState implements IndicatorState {
  readonly #range: WindowRange
  readonly #smoothK: number
  readonly #smoothD: number
  readonly #sumK: WindowSum
  readonly #sumD: WindowSum

  constructor(period: number, smoothK: number, smoothD: number) {
    this.#range = new WindowRange(period)
    this.#smoothK = smoothK
    this.#smoothD = smoothD
    this.#sumK = new WindowSum(smoothK)
    this.#sumD = new WindowSum(smoothD)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#range.step(inputs, isNewBar)) return
    const extremes = this.#range.extremes
    const place = placePct(inputs[2] as number, extremes[1] as number, extremes[0] as number)
    const k = this.#sumK.step(place, isNewBar) / this.#smoothK
    if (Number.isNaN(k)) return
    outputs[0] = k
    outputs[1] = this.#sumD.step(k, isNewBar) / this.#smoothD
  }
}

export const stochasticIndicator = defineIndicator({
  name: 'stochastic',
  title: 'Stochastic oscillator',
  about: 'Where the close lies in the range of the last bars, 0 to 100, with its own average.',
  source: "Lane (1984), Lane's Stochastics",
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['k', 'd'],
  outputWarmup: (period, smoothK, smoothD) => [period + smoothK - 2, period + smoothK + smoothD - 3],
  batch: ([high, low, close], [period, smoothK, smoothD], out) => {
    const columns = stochastic(high, low, close, period, smoothK, smoothD, out && { k: out[0], d: out[1] })
    return [columns.k, columns.d]
  },
  state: (period, smoothK, smoothD) => new StochasticState(period, smoothK, smoothD),
})

/** The stream of {@link stochastic}. */
export function createStochastic(
  period: number,
  smoothK: number,
  smoothD: number,
): StreamOf<typeof stochasticIndicator> {
  return openStream(stochasticIndicator, [period, smoothK, smoothD])
}
