import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { TrueRange, trueRangeStep } from './true-range.ts'
import { WilderMean, wilderNext, wilderStep } from '../recurrence/wilder-mean.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars in the average')] as const

/**
 * Average true range with Wilder smoothing.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the average, integer >= 1. Wilder used 14.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, quote units, zero or more. The first `period - 1` entries are NaN. The first bar counts with
 *   high - low and the seed is the mean of the first `period` ranges. (TA-Lib leaves the first bar out, so its values
 *   begin one bar later and differ while the seed fades.)
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time, one allocation.
 * Source: Wilder, New Concepts in Technical Trading Systems (1978), volatility section.
 */
export function atr(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  memory?: Float64Array,
): Float64Array {
  checkParams(PARAMS, [period])
  return averageTrueRanges(high, low, close, seriesStart([high, low, close], INPUTS), period, memory)
}

/** {@link atr} on columns that are usable from `start` on. */
export function averageTrueRanges(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  start: number,
  period: number,
  memory?: Float64Array,
): Float64Array {
  const length = high.length
  const out = warmupColumn(length, start + period - 1, memory)
  if (start + period > length) return out
  const seeded = start + period - 1
  let previousClose = Number.NaN
  let average = 0
  for (let i = start; i <= seeded; i++) {
    const range = trueRangeStep(high[i] as number, low[i] as number, previousClose)
    previousClose = close[i] as number
    average = wilderStep(average, range, i - start + 1, period)
  }
  out[seeded] = average
  const factor = 1 / period
  for (let i = seeded + 1; i < length; i++) {
    average = wilderNext(average, trueRangeStep(high[i] as number, low[i] as number, previousClose), factor)
    previousClose = close[i] as number
    out[i] = average
  }
  return out
}

/** The stream of {@link averageTrueRanges}. */
export class AverageTrueRange {
  readonly #range = new TrueRange()
  readonly #mean: WilderMean

  constructor(period: number) {
    this.#mean = new WilderMean(period)
  }

  /** The average at this bar; NaN while warming up. */
  step(high: number, low: number, close: number, isNewBar: boolean): number {
    return this.#mean.step(this.#range.step(high, low, close, isNewBar), isNewBar)
  }
}

class AtrState implements IndicatorState {
  readonly #atr: AverageTrueRange

  constructor(period: number) {
    this.#atr = new AverageTrueRange(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#atr.step(inputs[0] as number, inputs[1] as number, inputs[2] as number, isNewBar)
  }
}

export const atrIndicator = defineIndicator({
  name: 'atr',
  title: 'Average true range',
  about: 'Wilder average of the true range: how far price moves in a bar, gaps included.',
  source: 'Wilder (1978), New Concepts in Technical Trading Systems',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['atr'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close], [period], out) => [atr(high, low, close, period, out?.[0])],
  state: (period) => new AtrState(period),
})

/** The stream of {@link atr}. */
export function createAtr(period: number): StreamOf<typeof atrIndicator> {
  return openStream(atrIndicator, [period])
}
