import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { WindowSum, windowSums } from '../recurrence/window-sums.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'
import { priceOf } from '../volume/vwap.ts'

const INPUTS = ['close', 'volume'] as const
const PARAMS = [periodParam('period', 20, 'bars in the average')] as const

/**
 * Volume-weighted moving average of the close.
 *
 * @param close - Closes, oldest first, quote units. Shape `[n]`.
 * @param volume - Volumes, zero or more. Shape `[n]`. Bars with a leading NaN in any column shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @returns Shape `[n]`, quote units. The first `period - 1` entries are NaN. The bar's close where the whole window has
 *   no volume.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time whatever the period. `vwap` weighs the typical price instead.
 * Source: weighted arithmetic mean; `ta.vwma` of the Pine Script reference.
 */
export function vwma(close: Float64Array, volume: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const turnover = warmupColumn(close.length, start)
  for (let i = start; i < turnover.length; i++) turnover[i] = (close[i] as number) * (volume[i] as number)
  const out = windowSums(turnover, start, period, 1, turnover)
  const volumes = windowSums(volume, start, period, 1)
  for (let i = start + period - 1; i < out.length; i++)
    out[i] = priceOf(out[i] as number, volumes[i] as number, close[i] as number)
  return out
}

class VwmaState implements IndicatorState {
  readonly #turnover: WindowSum
  readonly #volume: WindowSum

  constructor(period: number) {
    this.#turnover = new WindowSum(period)
    this.#volume = new WindowSum(period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    const close = inputs[0] as number
    const volume = inputs[1] as number
    const turnover = this.#turnover.step(close * volume, isNewBar)
    outputs[0] = priceOf(turnover, this.#volume.step(volume, isNewBar), close)
  }
}

export const vwmaIndicator = defineIndicator({
  name: 'vwma',
  title: 'Volume-weighted moving average',
  about: 'Mean of the last closes, weighted by volume.',
  source: 'Weighted arithmetic mean; ta.vwma of the Pine Script reference',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['vwma'],
  outputWarmup: (period) => [period - 1],
  batch: ([close, volume], [period]) => [vwma(close, volume, period)],
  state: (period) => new VwmaState(period),
})

/** The stream of {@link vwma}. */
export function createVwma(period: number): StreamOf<typeof vwmaIndicator> {
  return openStream(vwmaIndicator, [period])
}
