import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowExtreme, windowExtremes } from '../recurrence/window-extremes.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { TrueRange, trueRangeStep } from '../volatility/true-range.ts'

const INPUTS = ['high', 'low', 'close'] as const
const PARAMS = [periodParam('period', 14, 'bars in the window', 2)] as const

function chopPct(movement: number, range: number, period: number): number {
  return range === 0 ? 100 : 100 * (Math.log10(movement / range) / Math.log10(period))
}

/**
 * Choppiness index: the logarithm of all movement over the range, in percent of that of the number of bars.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 2. Dreiss used 14.
 * @returns Shape `[n]`, percent; 0 where the true ranges add up to the range, 100 where each of them fills it. Above
 *   100 only where the window begins with a gap. The first `period - 1` entries are NaN. 100 where the range is empty.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period.
 * Source: Dreiss, the choppiness index (1993); `CHOP` of TradingView.
 */
export function choppiness(high: Float64Array, low: Float64Array, close: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close], INPUTS)
  const ranges = warmupColumn(close.length, start)
  let previousClose = Number.NaN
  for (let i = start; i < ranges.length; i++) {
    ranges[i] = trueRangeStep(high[i] as number, low[i] as number, previousClose)
    previousClose = close[i] as number
  }
  const out = windowSums(ranges, start, period, 1, ranges)
  const highest = windowExtremes(high, start, period, 1)
  const lowest = windowExtremes(low, start, period, -1)
  for (let i = start + period - 1; i < out.length; i++)
    out[i] = chopPct(out[i] as number, (highest[i] as number) - (lowest[i] as number), period)
  return out
}

class ChoppinessState implements IndicatorState {
  readonly #period: number
  readonly #range = new TrueRange()
  readonly #sum: WindowSum
  readonly #highest: WindowExtreme
  readonly #lowest: WindowExtreme

  constructor(period: number) {
    this.#period = period
    this.#sum = new WindowSum(period)
    this.#highest = new WindowExtreme(period, 1)
    this.#lowest = new WindowExtreme(period, -1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const high = inputs[0] as number
    const low = inputs[1] as number
    const movement = this.#sum.step(this.#range.step(high, low, inputs[2] as number, isNewBar), isNewBar)
    const highest = this.#highest.step(high, isNewBar)
    const lowest = this.#lowest.step(low, isNewBar)
    if (!Number.isNaN(movement)) outputs[0] = chopPct(movement, highest - lowest, this.#period)
  }
}

export const choppinessIndicator = defineIndicator({
  name: 'choppiness',
  title: 'Choppiness index',
  about: 'How much of all movement stayed inside the range, 0 (a straight trend) to about 100 (sideways).',
  source: 'Dreiss (1993), the choppiness index',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['choppiness'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close], [period]) => [choppiness(high, low, close, period)],
  state: (period) => new ChoppinessState(period),
})

/** The stream of {@link choppiness}. */
export function createChoppiness(period: number): StreamOf<typeof choppinessIndicator> {
  return openStream(choppinessIndicator, [period])
}
