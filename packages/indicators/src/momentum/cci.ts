import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { MirroredWindow } from '../recurrence/mirrored-window.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import { tiledChannelIndices } from '../simd/tiled-windows.ts'
import type { IndicatorState } from '../stream.ts'
import { typicalPrice } from '../volume/vwap.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 20, 'bars in the mean and in the deviation')] as const

/** Lambert's constant: with it most values lie within -100..100. */
export const SCALE = 0.015

/**
 * The index of one window. Four sums at once, because one alone would wait for its own additions. Deviations that are
 * no more than the rounding of the mean are those of a constant window.
 */
function channelIndex(typical: Float64Array, from: number, period: number): number {
  const end = from + period
  const fours = end - (period % 4)
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let k = from
  for (; k < fours; k += 4) {
    a += typical[k] as number
    b += typical[k + 1] as number
    c += typical[k + 2] as number
    d += typical[k + 3] as number
  }
  for (; k < end; k++) a += typical[k] as number
  const sum = a + b + (c + d)
  const mean = sum / period
  a = 0
  b = 0
  c = 0
  d = 0
  for (k = from; k < fours; k += 4) {
    a += Math.abs((typical[k] as number) - mean)
    b += Math.abs((typical[k + 1] as number) - mean)
    c += Math.abs((typical[k + 2] as number) - mean)
    d += Math.abs((typical[k + 3] as number) - mean)
  }
  for (; k < end; k++) a += Math.abs((typical[k] as number) - mean)
  const total = a + b + (c + d)
  const rounding = Number.EPSILON * period * Math.abs(sum)
  return total <= rounding ? 0 : ((typical[end - 1] as number) - mean) / (SCALE * (total / period))
}

/**
 * {@link channelIndex} of each window of typical prices that are usable from `start` on, into `out` from the first full
 * window on. `out` may be `typical`: the windows are taken backwards.
 */
export function plainChannelIndices(typical: Float64Array, start: number, period: number, out: Float64Array): void {
  for (let i = out.length - 1; i >= start + period - 1; i--) out[i] = channelIndex(typical, i - period + 1, period)
}

/**
 * Commodity channel index: the typical price less its simple average, divided by 0.015 mean absolute deviations.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the mean and in the mean deviation, integer >= 1.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, most of it within -100..100. The first `period - 1` entries are NaN. Exactly 0 on a constant
 *   window.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n * period) time: a mean deviation has no recursion, so every bar visits its whole window, in a stream,
 * too.
 * Source: Lambert, Commodity channel index: tool for trading cyclic trends, Commodities (1980).
 */
export function cci(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  memory?: Float64Array,
): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  const length = close.length
  const column = warmupColumn(length, start, memory)
  for (let i = start; i < length; i++) {
    column[i] = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
  }
  const isDone = tiledChannelIndices(column, start, period, SCALE, column)
  if (!isDone) plainChannelIndices(column, start, period, column)
  return column.fill(Number.NaN, start, Math.min(length, start + period - 1))
}

class CciState implements IndicatorState {
  readonly #period: number
  readonly #window: MirroredWindow

  constructor(period: number) {
    this.#period = period
    this.#window = new MirroredWindow(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const typical = typicalPrice(inputs[0] as number, inputs[1] as number, inputs[2] as number)
    const from = this.#window.step(typical, isNewBar)
    if (from >= 0) outputs[0] = channelIndex(this.#window.values, from, this.#period)
  }
}

export const cciIndicator = defineIndicator({
  name: 'cci',
  title: 'Commodity channel index',
  about: 'Distance of the typical price from its mean, in mean deviations.',
  source: 'Lambert, Commodity channel index: tool for trading cyclic trends, Commodities (1980).',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['cci'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close], [period], out) => [cci(high, low, close, period, out?.[0])],
  state: (period) => new CciState(period),
})

/** The stream of {@link cci}. */
export function createCci(period: number): StreamOf<typeof cciIndicator> {
  return openStream(cciIndicator, [period])
}
