import { AverageTrueRange, averageTrueRanges } from '../volatility/atr.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, numberParam, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [
  periodParam('period', 10, 'bars in the average true range'),
  numberParam('multiplier', 3, 0, 1000, 'distance of the line from the middle of the bar, in average true ranges'),
] as const

/** Columns of {@link superTrend}. */
export interface SuperTrendColumns {
  /** The stop line, quote units: below the price in an up trend, above it in a down trend. */
  readonly line: Float64Array
  /** 1 in an up trend, -1 in a down trend. */
  readonly direction: Float64Array
}

/** The lower band only rises while the close before stayed above it. At the first bar, where both are NaN, it is new. */
function ratchetLower(basic: number, before: number, previousClose: number): number {
  return before >= basic && previousClose >= before ? before : basic
}

/** The upper band only falls while the close before stayed below it. */
function ratchetUpper(basic: number, before: number, previousClose: number): number {
  return before <= basic && previousClose <= before ? before : basic
}

/** A trend turns when the close crosses its band; until there is a trend it counts as down. */
function nextDirection(before: number, close: number, lower: number, upper: number): number {
  if (before === 1) return close < lower ? -1 : 1
  return before === -1 && close > upper ? 1 : -1
}

/**
 * SuperTrend: a trailing stop of average true ranges that turns when the close crosses it.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in Wilder's average true range, integer >= 1.
 * @param multiplier - Distance of the line in average true ranges, 0..1000.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. The first direction is -1, by convention.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Seban's SuperTrend as `ta.supertrend` in the Pine Script reference gives it, with the direction's sign turned.
 */
export function superTrend(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  period: number,
  multiplier: number,
): SuperTrendColumns {
  checkParams(PARAMS, [period, multiplier])
  const start = seriesStart([high, low, close], INPUTS)
  const line = averageTrueRanges(high, low, close, start, period)
  const directions = warmupColumn(close.length, start + period - 1)
  let lower = Number.NaN
  let upper = Number.NaN
  let direction = 0
  let previousClose = Number.NaN
  for (let i = start + period - 1; i < close.length; i++) {
    const middle = ((high[i] as number) + (low[i] as number)) / 2
    const width = multiplier * (line[i] as number)
    lower = ratchetLower(middle - width, lower, previousClose)
    upper = ratchetUpper(middle + width, upper, previousClose)
    previousClose = close[i] as number
    direction = nextDirection(direction, previousClose, lower, upper)
    directions[i] = direction
    line[i] = direction === 1 ? lower : upper
  }
  return { line, direction: directions }
}

class SuperTrendState implements IndicatorState {
  readonly #multiplier: number
  readonly #atr: AverageTrueRange
  /** Lower band, upper band, close, direction. */
  readonly #now = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 0)
  readonly #before = new Float64Array(4)

  constructor(period: number, multiplier: number) {
    this.#multiplier = multiplier
    this.#atr = new AverageTrueRange(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const high = inputs[0] as number
    const low = inputs[1] as number
    const close = inputs[2] as number
    const range = this.#atr.step(high, low, close, isNewBar)
    if (Number.isNaN(range)) return
    const before = this.#before
    if (isNewBar) before.set(this.#now)
    const middle = (high + low) / 2
    const width = this.#multiplier * range
    const lower = ratchetLower(middle - width, before[0] as number, before[2] as number)
    const upper = ratchetUpper(middle + width, before[1] as number, before[2] as number)
    const direction = nextDirection(before[3] as number, close, lower, upper)
    this.#now[0] = lower
    this.#now[1] = upper
    this.#now[2] = close
    this.#now[3] = direction
    outputs[0] = direction === 1 ? lower : upper
    outputs[1] = direction
  }
}

export const superTrendIndicator = defineIndicator({
  name: 'superTrend',
  title: 'SuperTrend',
  about: 'Trailing stop of average true ranges that turns when the close crosses it.',
  source: 'Seban; ta.supertrend in the Pine Script reference',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['line', 'direction'],
  outputWarmup: (period) => [period - 1, period - 1],
  batch: ([high, low, close], [period, multiplier]) => {
    const columns = superTrend(high, low, close, period, multiplier)
    return [columns.line, columns.direction]
  },
  state: (period, multiplier) => new SuperTrendState(period, multiplier),
})

/** The stream of {@link superTrend}. */
export function createSuperTrend(period: number, multiplier: number): StreamOf<typeof superTrendIndicator> {
  return openStream(superTrendIndicator, [period, multiplier])
}
