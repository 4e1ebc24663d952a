import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { trueRangeStep } from '../volatility/true-range.ts'
import { wilderNext, wilderStep } from '../recurrence/wilder-mean.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars in each of the averages')] as const

/** Columns of {@link adx}, each in 0..100. */
export interface AdxColumns {
  /** Strength of the trend, whichever its direction. */
  readonly adx: Float64Array
  /** Upward movement as a share of range. */
  readonly plusDi: Float64Array
  /** Downward movement as a share of range. */
  readonly minusDi: Float64Array
}

/**
 * The part of `move` that counts: all of it where it is positive and larger than the opposite move. Without a branch,
 * which would be mispredicted half of the time.
 */
function directionalMove(move: number, opposite: number): number {
  return Number(move > opposite) * ((Math.abs(move) + move) / 2)
}

function directionalIndicator(averageMove: number, averageRange: number): number {
  return averageRange === 0 ? 0 : 100 * (averageMove / averageRange)
}

function directionalIndex(plusDi: number, minusDi: number): number {
  const sum = plusDi + minusDi
  return sum === 0 ? 0 : 100 * (Math.abs(plusDi - minusDi) / sum)
}

/**
 * Average directional index with both directional indicators.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in each average, integer >= 1. Wilder used 14.
 * @param memory - For the columns; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Columns of shape `[n]`, range 0..100. The first `period` entries of `plusDi` and `minusDi` are NaN, and the
 *   first `2 * period - 1` of `adx`. 0 where nothing moved.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time, one pass. Ranges count from the second bar, as movements do.
 * Source: Wilder, New Concepts in Technical Trading Systems (1978), directional movement section.
 */
export function adx(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  memory?: AdxColumns,
): AdxColumns {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  const length = high.length
  const plus = warmupColumn(length, start + period, memory?.plusDi)
  const minus = warmupColumn(length, start + period, memory?.minusDi)
  const out = warmupColumn(length, start + 2 * period - 1, memory?.adx)
  let range = 0
  let up = 0
  let down = 0
  let index = 0
  const seeded = Math.min(length, start + 2 * period)
  for (let i = start + 1; i < seeded; i++) {
    const rise = (high[i] as number) - (high[i - 1] as number)
    const fall = (low[i - 1] as number) - (low[i] as number)
    const bars = i - start
    range = wilderStep(range, trueRangeStep(high[i] as number, low[i] as number, close[i - 1] as number), bars, period)
    up = wilderStep(up, directionalMove(rise, fall), bars, period)
    down = wilderStep(down, directionalMove(fall, rise), bars, period)
    if (bars < period) continue
    const plusDi = directionalIndicator(up, range)
    const minusDi = directionalIndicator(down, range)
    plus[i] = plusDi
    minus[i] = minusDi
    index = wilderStep(index, directionalIndex(plusDi, minusDi), bars - period + 1, period)
  }
  if (start + 2 * period > length) return { adx: out, plusDi: plus, minusDi: minus }
  out[seeded - 1] = index
  const factor = 1 / period
  for (let i = seeded; i < length; i++) {
    const highNow = high[i] as number
    const lowNow = low[i] as number
    const rise = highNow - (high[i - 1] as number)
    const fall = (low[i - 1] as number) - lowNow
    range = wilderNext(range, trueRangeStep(highNow, lowNow, close[i - 1] as number), factor)
    up = wilderNext(up, directionalMove(rise, fall), factor)
    down = wilderNext(down, directionalMove(fall, rise), factor)
    const plusDi = directionalIndicator(up, range)
    const minusDi = directionalIndicator(down, range)
    index = wilderNext(index, directionalIndex(plusDi, minusDi), factor)
    plus[i] = plusDi
    minus[i] = minusDi
    out[i] = index
  }
  return { adx: out, plusDi: plus, minusDi: minus }
}

/** Fields of the state before and after a bar. */
const HIGH = 0
const LOW = 1
const CLOSE = 2
const RANGE = 3
const UP = 4
const DOWN = 5
const INDEX = 6
const FIELDS = 7

/** All in one place: as four averages of their own it would take twice the time, most of it to hand numbers over. */
class AdxState implements IndicatorState {
  readonly #period: number
  #bars = 0
  #now = new Float64Array(FIELDS)
  #before = new Float64Array(FIELDS)

  constructor(period: number) {
    this.#period = period
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      const free = this.#before
      this.#before = this.#now
      this.#now = free
      this.#bars++
    }
    const before = this.#before
    const now = this.#now
    const high = inputs[0] as number
    const low = inputs[1] as number
    now[HIGH] = high
    now[LOW] = low
    now[CLOSE] = inputs[2] as number
    const period = this.#period
    const moves = this.#bars - 1
    if (moves === 0) return
    const rise = high - (before[HIGH] as number)
    const fall = (before[LOW] as number) - low
    const range = wilderStep(before[RANGE] as number, trueRangeStep(high, low, before[CLOSE] as number), moves, period)
    const up = wilderStep(before[UP] as number, directionalMove(rise, fall), moves, period)
    const down = wilderStep(before[DOWN] as number, directionalMove(fall, rise), moves, period)
    now[RANGE] = range
    now[UP] = up
    now[DOWN] = down
    if (moves < period) return
    const plusDi = directionalIndicator(up, range)
    const minusDi = directionalIndicator(down, range)
    const indices = moves - period + 1
    const index = wilderStep(before[INDEX] as number, directionalIndex(plusDi, minusDi), indices, period)
    now[INDEX] = index
    if (indices >= period) outputs[0] = index
    outputs[1] = plusDi
    outputs[2] = minusDi
  }
}

export const adxIndicator = defineIndicator({
  name: 'adx',
  title: 'Average directional index',
  about: 'Strength of a trend, with the shares of upward and downward movement.',
  source: 'Wilder (1978), New Concepts in Technical Trading Systems',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['adx', 'plusDi', 'minusDi'],
  outputWarmup: (period) => [2 * period - 1, period, period],
  batch: ([high, low, close], [period], out) => {
    const columns = adx(high, low, close, period, out && { adx: out[0], plusDi: out[1], minusDi: out[2] })
    return [columns.adx, columns.plusDi, columns.minusDi]
  },
  state: (period) => new AdxState(period),
})

/** The stream of {@link adx}. */
export function createAdx(period: number): StreamOf<typeof adxIndicator> {
  return openStream(adxIndicator, [period])
}
