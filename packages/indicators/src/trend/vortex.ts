import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { trueRangeStep } from '../volatility/true-range.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars over which movement and range are added up')] as const

/** Columns of {@link vortex}. */
export interface VortexColumns {
  /** Upward movement. */
  readonly plus: Float64Array
  /** Downward movement. */
  readonly minus: Float64Array
}

function shareOf(movement: number, range: number): number {
  return range === 0 ? 0 : movement / range
}

/**
 * Vortex indicator: distances from each high to the low before, and from each low to the high before, over the true
 * range.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars over which movement and range are added up, integer >= 1. Botes and Siepman used 14.
 * @returns Columns of shape `[n]`, zero or more, about 1. The first `period` entries are NaN. 0 where there is no
 *   range.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Botes and Siepman, The vortex indicator, Technical Analysis of Stocks and Commodities 28 (2010).
 */
export function vortex(high: Float64Array, low: Float64Array, close: Float64Array, period: number): VortexColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  const length = close.length
  const first = start + 1
  const up = warmupColumn(length, first)
  const down = warmupColumn(length, first)
  const range = warmupColumn(length, first)
  for (let i = first; i < length; i++) {
    up[i] = Math.abs((high[i] as number) - (low[i - 1] as number))
    down[i] = Math.abs((low[i] as number) - (high[i - 1] as number))
    range[i] = trueRangeStep(high[i] as number, low[i] as number, close[i - 1] as number)
  }
  const plus = windowSums(up, first, period, 1, up)
  const minus = windowSums(down, first, period, 1, down)
  const ranges = windowSums(range, first, period, 1, range)
  for (let i = start + period; i < length; i++) {
    plus[i] = shareOf(plus[i] as number, ranges[i] as number)
    minus[i] = shareOf(minus[i] as number, ranges[i] as number)
  }
  return { plus, minus }
}

class VortexState implements IndicatorState {
  readonly #up: WindowSum
  readonly #down: WindowSum
  readonly #range: WindowSum
  #bar = new Float64Array(3).fill(Number.NaN)
  #barBefore = new Float64Array(3)

  constructor(period: number) {
    this.#up = new WindowSum(period)
    this.#down = new WindowSum(period)
    this.#range = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) [this.#bar, this.#barBefore] = [this.#barBefore, this.#bar]
    const high = inputs[0] as number
    const low = inputs[1] as number
    this.#bar[0] = high
    this.#bar[1] = low
    this.#bar[2] = inputs[2] as number
    const before = this.#barBefore
    const movement = Math.abs(high - (before[1] as number))
    if (Number.isNaN(movement)) return
    const range = this.#range.step(trueRangeStep(high, low, before[2] as number), isNewBar)
    outputs[0] = shareOf(this.#up.step(movement, isNewBar), range)
    outputs[1] = shareOf(this.#down.step(Math.abs(low - (before[0] as number)), isNewBar), range)
  }
}

export const vortexIndicator = defineIndicator({
  name: 'vortex',
  title: 'Vortex indicator',
  about: 'Upward and downward movement from bar to bar, each as a share of range.',
  source: 'Botes and Siepman, The vortex indicator, Technical Analysis of Stocks and Commodities 28 (2010).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['plus', 'minus'],
  outputWarmup: (period) => [period, period],
  batch: ([high, low, close], [period]) => {
    const columns = vortex(high, low, close, period)
    return [columns.plus, columns.minus]
  },
  state: (period) => new VortexState(period),
})

/** The stream of {@link vortex}. */
export function createVortex(period: number): StreamOf<typeof vortexIndicator> {
  return openStream(vortexIndicator, [period])
}
