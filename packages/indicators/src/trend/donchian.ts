import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [periodParam('period', 20, 'bars in the channel')] as const

/** Columns of {@link donchian}, quote units. */
export interface DonchianColumns {
  readonly upper: Float64Array
  /** Mean of the other two. */
  readonly middle: Float64Array
  readonly lower: Float64Array
}

/**
 * Donchian channel: the highest high and the lowest low of the last `period` bars.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in either column shift the warm-up.
 * @param period - Bars in the channel, integer >= 1. Donchian used 20.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. The current bar is included, so a close can
 *   never lie outside: a breakout rule compares with the channel of the bar before.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Donchian, Commodities: High Finance in Copper, Financial Analysts Journal 16 (1960).
 */
export function donchian(high: Float64Array, low: Float64Array, period: number): DonchianColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low], INPUTS)
  const upper = windowExtremes(high, start, period, 1)
  const lower = windowExtremes(low, start, period, -1)
  const middle = new Float64Array(high.length)
  for (let i = 0; i < middle.length; i++) middle[i] = ((upper[i] as number) + (lower[i] as number)) / 2
  return { upper, middle, lower }
}

class DonchianState implements IndicatorState {
  readonly #high: WindowExtreme
  readonly #low: WindowExtreme

  constructor(period: number) {
    this.#high = new WindowExtreme(period, 1)
    this.#low = new WindowExtreme(period, -1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const upper = this.#high.step(inputs[0] as number, isNewBar)
    const lower = this.#low.step(inputs[1] as number, isNewBar)
    outputs[0] = upper
    outputs[1] = (upper + lower) / 2
    outputs[2] = lower
  }
}

export const donchianIndicator = defineIndicator({
  name: 'donchian',
  title: 'Donchian channel',
  about: 'Highest high and lowest low of the last bars, the current one included.',
  source: 'Donchian (1960), Commodities: High Finance in Copper',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['upper', 'middle', 'lower'],
  outputWarmup: (period) => [period - 1, period - 1, period - 1],
  batch: ([high, low], [period]) => {
    const columns = donchian(high, low, period)
    return [columns.upper, columns.middle, columns.lower]
  },
  state: (period) => new DonchianState(period),
})

/** The stream of {@link donchian}. */
export function createDonchian(period: number): StreamOf<typeof donchianIndicator> {
  return openStream(donchianIndicator, [period])
}
