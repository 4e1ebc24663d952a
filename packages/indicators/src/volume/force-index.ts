import { exponentialMeans } from '../average/ema.ts'
import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { ExponentialMean } from '../recurrence/exponential-mean.ts'
import { requireDomain, seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['close', 'volume'] as const
const PARAMS = [periodParam('period', 13, 'bars in the average; 1 for the raw force')] as const

/**
 * Force index: exponential average of the change of the close times volume.
 *
 * @param close - Closes, oldest first, quote units. Shape `[n]`.
 * @param volume - Volumes, zero or more, base units. Shape `[n]`. Bars with a leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1. Elder used 13 and 2; 1 gives the raw force.
 * @returns Shape `[n]`, quote units. The first `period` entries are NaN. The average is seeded with a mean, as in
 *   {@link ema}.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InputShapeError} for columns of different length.
 * @throws {@link InvalidInputError} for negative volume, an infinity, or NaN after the first complete bar.
 *
 * Causal. O(n) time.
 * Source: Elder, Trading for a Living (1993).
 */
export function forceIndex(close: Float64Array, volume: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([close, volume], INPUTS)
  requireDomain(volume, start, 'volume', 'non-negative')
  const first = Math.min(start + 1, close.length)
  const force = warmupColumn(close.length, first)
  for (let i = first; i < force.length; i++) {
    force[i] = ((close[i] as number) - (close[i - 1] as number)) * (volume[i] as number)
  }
  return exponentialMeans(force, first, period, period)
}

class ForceIndexState implements IndicatorState {
  readonly #mean: ExponentialMean
  #close = Number.NaN
  #closeBefore = Number.NaN

  constructor(period: number) {
    this.#mean = new ExponentialMean(period, period)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) this.#closeBefore = this.#close
    this.#close = inputs[0] as number
    if (Number.isNaN(this.#closeBefore)) return
    outputs[0] = this.#mean.step((this.#close - this.#closeBefore) * (inputs[1] as number), isNewBar)
  }
}

export const forceIndexIndicator = defineIndicator({
  name: 'forceIndex',
  title: 'Force index',
  about: 'Exponential average of the change of the close times volume.',
  source: 'Elder (1993), Trading for a Living',
  inputs: INPUTS,
  domains: { volume: 'non-negative' },
  params: PARAMS,
  outputs: ['forceIndex'],
  outputWarmup: (period) => [period],
  batch: ([close, volume], [period]) => [forceIndex(close, volume, period)],
  state: (period) => new ForceIndexState(period),
})

/** The stream of {@link forceIndex}. */
export function createForceIndex(period: number): StreamOf<typeof forceIndexIndicator> {
  return openStream(forceIndexIndicator, [period])
}
