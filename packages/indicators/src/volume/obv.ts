import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['close', 'volume'] as const

/**
 * Volume with the sign of the change; all of it at the first bar, where `previousClose` is NaN. Without a branch, which
 * would be mispredicted half of the time.
 */
function signedVolume(close: number, previousClose: number, volume: number): number {
  return volume * (Number(!(close <= previousClose)) - Number(close < previousClose))
}

/**
 * On-balance volume: volume added when the close rises and subtracted when it falls.
 *
 * @param close - Closes, oldest first. Shape `[n]`.
 * @param volume - Volume of each bar, base units. Shape `[n]`. Bars with a leading NaN shift the start.
 * @param memory - For the result; fresh where it is left out. See `IndicatorDefinition.batch`.
 * @returns Shape `[n]`, base units. No warm-up: the first entry is the first volume, as in TA-Lib and Lean; only changes
 *   carry meaning, because the level depends on where the series begins.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time, one allocation. A running total: exact for integer volumes, else with one rounding a bar.
 * Source: Granville, Granville's New Key to Stock Market Profits (1963).
 */
export function obv(close: Float64Array, volume: Float64Array, memory?: Float64Array): Float64Array {
  const start = seriesStart([close, volume], INPUTS)
  const out = warmupColumn(close.length, start, memory)
  let total = 0
  let previousClose = Number.NaN
  for (let i = start; i < out.length; i++) {
    const price = close[i] as number
    total += signedVolume(price, previousClose, volume[i] as number)
    previousClose = price
    out[i] = total
  }
  return out
}

class ObvState implements IndicatorState {
  #total = 0
  #totalBefore = 0
  #close = Number.NaN
  #closeBefore = Number.NaN

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      this.#totalBefore = this.#total
      this.#closeBefore = this.#close
    }
    this.#close = inputs[0] as number
    this.#total = this.#totalBefore + signedVolume(this.#close, this.#closeBefore, inputs[1] as number)
    outputs[0] = this.#total
  }
}

export const obvIndicator = defineIndicator({
  name: 'obv',
  title: 'On-balance volume',
  about: 'Running total of volume, added when the close rises and subtracted when it falls.',
  source: "Granville (1963), Granville's New Key to Stock Market Profits",
  inputs: INPUTS,
  params: [],
  outputs: ['obv'],
  outputWarmup: () => [0],
  batch: ([close, volume], _, out) => [obv(close, volume, out?.[0])],
  state: () => new ObvState(),
})

/** The stream of {@link obv}. */
export function createObv(): StreamOf<typeof obvIndicator> {
  return openStream(obvIndicator, [])
}
