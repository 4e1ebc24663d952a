import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { placePct, windowPlaces } from '../recurrence/window-places.ts'
import { WindowRange } from '../recurrence/window-range.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars in the range')] as const

/** Places are counted from the top: 0 is the highest. */
const TOP = 100

/**
 * Williams %R: the distance of the close below the highest high, in percent of the range.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes, within their bar's range. Shape `[n]`. Bars with a leading NaN in any column shift the
 *   warm-up.
 * @param period - Bars in the range, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, range -100..0. The first `period - 1` entries are NaN. A range of zero counts as -50.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Williams, How I Made One Million Dollars Last Year Trading Commodities (1973).
 */
export function williamsR(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  memory?: Float64Array,
): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  return windowPlaces(high, low, close, start, period, TOP, memory)
}

class WilliamsRState implements IndicatorState {
  readonly #range: WindowRange

  constructor(period: number) {
    this.#range = new WindowRange(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#range.step(inputs, isNewBar)) return
    const extremes = this.#range.extremes
    outputs[0] = placePct(inputs[2] as number, extremes[1] as number, extremes[0] as number) - TOP
  }
}

export const williamsRIndicator = defineIndicator({
  name: 'williamsR',
  title: 'Williams %R',
  about: 'Where the close lies in the range of the last bars, -100 (lowest) to 0 (highest).',
  source: 'Williams, How I Made One Million Dollars Last Year Trading Commodities (1973).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['williamsR'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close], [period], out) => [williamsR(high, low, close, period, out?.[0])],
  state: (period) => new WilliamsRState(period),
})

/** The stream of {@link williamsR}. */
export function createWilliamsR(period: number): StreamOf<typeof williamsRIndicator> {
  return openStream(williamsRIndicator, [period])
}
