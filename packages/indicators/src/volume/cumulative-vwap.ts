import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { priceOf, typicalPrice } from './vwap.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const

/**
 * Volume-weighted average of the typical price, (high + low + close) / 3, since the first bar.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the anchor.
 * @returns Shape `[n]`, quote units, without warm-up. The bar's typical price until there is volume.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal: `out[i]` reads all bars up to `i`. O(n) time, one allocation. Totals run on, one rounding a bar.
 * Source: Berkowitz, Logue and Noser, The total cost of transactions on the NYSE, Journal of Finance 43 (1988).
 */
export function cumulativeVwap(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
): Float64Array {
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const out = warmupColumn(close.length, start)
  let turnover = 0
  let traded = 0
  for (let i = start; i < out.length; i++) {
    const typical = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
    turnover += typical * (volume[i] as number)
    traded += volume[i] as number
    out[i] = priceOf(turnover, traded, typical)
  }
  return out
}

class CumulativeVwapState implements IndicatorState {
  #turnover = 0
  #turnoverBefore = 0
  #traded = 0
  #tradedBefore = 0

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      this.#turnoverBefore = this.#turnover
      this.#tradedBefore = this.#traded
    }
    const typical = typicalPrice(inputs[0] as number, inputs[1] as number, inputs[2] as number)
    const volume = inputs[3] as number
    this.#turnover = this.#turnoverBefore + typical * volume
    this.#traded = this.#tradedBefore + volume
    outputs[0] = priceOf(this.#turnover, this.#traded, typical)
  }
}

export const cumulativeVwapIndicator = defineIndicator({
  name: 'cumulativeVwap',
  title: 'Cumulative volume-weighted average price',
  about: 'Mean typical price since the first bar, weighted by volume.',
  source: 'Berkowitz, Logue and Noser (1988), The total cost of transactions on the NYSE',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: [],
  outputs: ['vwap'],
  outputWarmup: () => [0],
  batch: ([high, low, close, volume]) => [cumulativeVwap(high, low, close, volume)],
  state: () => new CumulativeVwapState(),
})

/** The stream of {@link cumulativeVwap}. */
export function createCumulativeVwap(): StreamOf<typeof cumulativeVwapIndicator> {
  return openStream(cumulativeVwapIndicator, [])
}
