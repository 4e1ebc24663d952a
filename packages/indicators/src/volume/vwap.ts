import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'

const INPUTS = ['high', 'low', 'close', 'volume'] as const
const PARAMS = [periodParam('period', 20, 'bars in the window')] as const

/** Typical price of a bar: the mean of high, low and close. */
export function typicalPrice(high: number, low: number, close: number): number {
  return (high + low + close) / 3
}

/** Turnover per volume; the typical price where nothing was traded. */
export function priceOf(turnover: number, volume: number, typical: number): number {
  return volume === 0 ? typical : turnover / volume
}

/**
 * Rolling volume-weighted average of the typical price, (high + low + close) / 3.
 *
 * @param high - Highs, oldest first, quote units. Shape `[n]`.
 * @param low - Lows. Shape `[n]`.
 * @param close - Closes. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the window, integer >= 1.
 * @returns Shape `[n]`, quote units. The first `period - 1` entries are NaN. The bar's typical price where the whole
 *   window has no volume.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period. {@link cumulativeVwap} and {@link sessionVwap} begin at an anchor instead.
 * Source: Berkowitz, Logue and Noser, The total cost of transactions on the NYSE, Journal of Finance 43 (1988).
 */
export function vwap(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  volume: Float64Array,
  period: number,
): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([high, low, close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const turnover = warmupColumn(close.length, start)
  for (let i = start; i < turnover.length; i++) {
    turnover[i] = typicalPrice(high[i] as number, low[i] as number, close[i] as number) * (volume[i] as number)
  }
  const out = windowSums(turnover, start, period, 1, turnover)
  const volumes = windowSums(volume, start, period, 1)
  for (let i = start + period - 1; i < out.length; i++) {
    const typical = typicalPrice(high[i] as number, low[i] as number, close[i] as number)
    out[i] = priceOf(out[i] as number, volumes[i] as number, typical)
  }
  return out
}

class VwapState implements IndicatorState {
  readonly #turnover: WindowSum
  readonly #volume: WindowSum

  constructor(period: number) {
    this.#turnover = new WindowSum(period)
    this.#volume = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const typical = typicalPrice(inputs[0] as number, inputs[1] as number, inputs[2] as number)
    const volume = inputs[3] as number
    const turnover = this.#turnover.step(typical * volume, isNewBar)
    outputs[0] = priceOf(turnover, this.#volume.step(volume, isNewBar), typical)
  }
}

export const vwapIndicator = defineIndicator({
  name: 'vwap',
  title: 'Rolling volume-weighted average price',
  about: 'Mean typical price of the last bars, weighted by volume.',
  source: 'Berkowitz, Logue and Noser (1988), The total cost of transactions on the NYSE',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['vwap'],
  outputWarmup: (period) => [period - 1],
  batch: ([high, low, close, volume], [period]) => [vwap(high, low, close, volume, period)],
  state: (period) => new VwapState(period),
})

/** The stream of {@link vwap}. */
export function createVwap(period: number): StreamOf<typeof vwapIndicator> {
  return openStream(vwapIndicator, [period])
}
