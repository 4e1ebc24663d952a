import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const

/** Volume with the place of the close in the bar as its weight: all of it at the high, minus all at the low. */
export function moneyFlowVolume(high: number, low: number, close: number, volume: number): number {
  const range = high - low
  return range > 0 ? ((close - low - (high - close)) / range) * volume : 0
}

/** Running total of the money flow volume from `start` on, where the columns are usable. */
export function accumulate(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  start: number,
): Float64Array {
  const out = warmupColumn(close.length, start)
  let total = 0
  for (let i = start; i < out.length; i++) {
    total += moneyFlowVolume(high[i] as number, low[i] as number, close[i] as number, volume[i] as number)
    out[i] = total
  }
  return out
}

/**
 * Accumulation/distribution line: running total of volume, weighted from -1 to 1 by where the close lies in the bar.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more, base units. Shape `[n]`. Bars with a leading NaN in any column shift the start.
 * @returns Shape `[n]`, base units, without warm-up. A bar without range adds 0. Only changes carry meaning: the level
 *   depends on where the series begins.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time, one allocation. A running total with one rounding a bar.
 * Source: Chaikin's line as `AD` of TA-Lib computes it.
 */
export function adLine(high: Float64Array, low: Float64Array, close: Float64Array, volume: Float64Array): Float64Array {
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  return accumulate(high, low, close, volume, start)
}

/** The stream of {@link accumulate}. */
export class Accumulation {
  #total = 0
  #totalBefore = 0

  /** The total at this bar. */
  step(high: number, low: number, close: number, volume: number, isNewBar: boolean): number {
    if (isNewBar) this.#totalBefore = this.#total
    this.#total = this.#totalBefore + moneyFlowVolume(high, low, close, volume)
    return this.#total
  }
}

class AdLineState implements IndicatorState {
  readonly #line = new Accumulation()

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    outputs[0] = this.#line.step(
      inputs[0] as number,
      inputs[1] as number,
      inputs[2] as number,
      inputs[3] as number,
      isNewBar,
    )
  }
}

export const adLineIndicator = defineIndicator({
  name: 'adLine',
  title: 'Accumulation/distribution line',
  about: 'Running total of volume, weighted by where the close lies between low and high.',
  source: "Chaikin's line as AD of TA-Lib computes it",
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: [],
  outputs: ['adLine'],
  outputWarmup: () => [0],
  batch: ([high, low, close, volume]) => [adLine(high, low, close, volume)],
  state: () => new AdLineState(),
})

/** The stream of {@link adLine}. */
export function createAdLine(): StreamOf<typeof adLineIndicator> {
  return openStream(adLineIndicator, [])
}
