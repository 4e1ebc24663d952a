import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'close'] as const

/** Range of a bar including the gap from the close before; high - low where that close is NaN. */
export function trueRangeStep(high: number, low: number, previousClose: number): number {
  // A comparison with NaN is false, which makes the first bar fall back to its own range.
  return (previousClose > high ? previousClose : high) - (previousClose < low ? previousClose : low)
}

/**
 * True range: the largest of high - low, |high - previous close| and |low - previous close|.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @returns Shape `[n]`, quote units, zero or more. The first entry is high - low.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal: `out[i]` reads bars `i - 1` and `i`. O(n) time, one allocation.
 * Source: Wilder, New Concepts in Technical Trading Systems (1978), volatility section.
 */
export function trueRange(high: Float64Array, low: Float64Array, close: Float64Array): Float64Array {
  const start = seriesStart([high, low, close], INPUTS)
  const out = warmupColumn(high.length, start)
  let previousClose = Number.NaN
  for (let i = start; i < high.length; i++) {
    out[i] = trueRangeStep(high[i] as number, low[i] as number, previousClose)
    previousClose = close[i] as number
  }
  return out
}

/** The stream of {@link trueRangeStep}: remembers the close before. */
export class TrueRange {
  #close = Number.NaN
  #closeBefore = Number.NaN

  step(high: number, low: number, close: number, isNewBar: boolean): number {
    if (isNewBar) this.#closeBefore = this.#close
    this.#close = close
    return trueRangeStep(high, low, this.#closeBefore)
  }
}

class TrueRangeState implements IndicatorState {
  readonly #range = new TrueRange()

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#range.step(inputs[0] as number, inputs[1] as number, inputs[2] as number, isNewBar)
  }
}

export const trueRangeIndicator = defineIndicator({
  name: 'trueRange',
  title: 'True range',
  about: 'Range of a bar including the gap from the close before.',
  source: 'Wilder (1978), New Concepts in Technical Trading Systems',
  inputs: INPUTS,
  params: [],
  outputs: ['trueRange'],
  outputWarmup: () => [0],
  batch: ([high, low, close]) => [trueRange(high, low, close)],
  state: () => new TrueRangeState(),
})

/** The stream of {@link trueRange}. */
export function createTrueRange(): StreamOf<typeof trueRangeIndicator> {
  return openStream(trueRangeIndicator, [])
}
