import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowRange } from '../recurrence/window-range.ts'
import { recencyPct, windowRecencies } from '../recurrence/window-recency.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low'] as const
const PARAMS = [periodParam('period', 14, 'bars to look back')] as const

/** Columns of {@link aroon}. */
export interface AroonColumns {
  /** Recency of the highest high, 0..100. */
  readonly up: Float64Array
  /** Recency of the lowest low, 0..100. */
  readonly down: Float64Array
  /** `up` less `down`, -100..100. */
  readonly oscillator: Float64Array
}

/**
 * Aroon: 100 when the extreme of the last bars is this bar, 0 when it is `period` bars old.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars to look back, integer >= 1: the window holds this bar and `period` before it. Chande used 25.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`. The first `period` entries are NaN. The latest of equal extremes counts.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Chande, A time price oscillator, Technical Analysis of Stocks and Commodities 13 (1995).
 */
export function aroon(high: Float64Array, low: Float64Array, period: number, memory?: AroonColumns): AroonColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low], INPUTS)
  const up = windowRecencies(high, start, period, 1, memory?.up)
  const down = windowRecencies(low, start, period, -1, memory?.down)
  const oscillator = warmupColumn(high.length, start + period, memory?.oscillator)
  for (let i = start + period; i < oscillator.length; i++) oscillator[i] = (up[i] as number) - (down[i] as number)
  return { up, down, oscillator }
}

class AroonState implements IndicatorState {
  readonly #period: number
  readonly #range: WindowRange

  constructor(period: number) {
    this.#period = period
    this.#range = new WindowRange(period + 1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#range.step(inputs, isNewBar)) return
    const up = recencyPct(this.#range.highAge, this.#period)
    const down = recencyPct(this.#range.lowAge, this.#period)
    outputs[0] = up
    outputs[1] = down
    outputs[2] = up - down
  }
}

export const aroonIndicator = defineIndicator({
  name: 'aroon',
  title: 'Aroon',
  about: 'How recent the highest high and the lowest low are, 0 to 100.',
  source: 'Chande, A time price oscillator, Technical Analysis of Stocks and Commodities 13 (1995).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['up', 'down', 'oscillator'],
  outputWarmup: (period) => [period, period, period],
  batch: ([high, low], [period], out) => {
    const columns = aroon(high, low, period, out && { up: out[0], down: out[1], oscillator: out[2] })
    return [columns.up, columns.down, columns.oscillator]
  },
  state: (period) => new AroonState(period),
})

/** The stream of {@link aroon}. */
export function createAroon(period: number): StreamOf<typeof aroonIndicator> {
  return openStream(aroonIndicator, [period])
}
