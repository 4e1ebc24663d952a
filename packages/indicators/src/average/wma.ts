import { defineIndicator } from '../definition.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, periodParam } from '../parameters.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [periodParam('period', 20, 'bars in the average')] as const

/**
 * Linearly weighted moving average: weights 1, 2, ... `period`, the newest value weighing most.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Bars in the average, integer >= 1.
 * @returns Shape `[n]`, in the unit of `values`. The first `period - 1` entries are NaN. The weighted sum is exact
 *   where the values are integers.
 * @throws {@link InvalidPeriodError} for a bad period.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(n) time whatever the period, one allocation.
 * Source: weighted arithmetic mean; windows by blocks, see `window-sums.ts`. Only additions, so nothing cancels.
 */
export function wma(values: Float64Array, period: number): Float64Array {
  checkParams(PARAMS, [period])
  const start = seriesStart([values], INPUTS)
  const length = values.length
  const out = warmupColumn(length, start + period - 1)
  if (start + period > length) return out
  const weights = (period * (period + 1)) / 2

  for (let block = start; block < length; block += period) {
    const end = Math.min(block + period, length)
    const isFirstBlock = block === start
    if (!isFirstBlock) {
      // One value further back raises the weight of each value after it by one.
      let suffix = 0
      let weighted = 0
      for (let k = block - 1; k > block - period; k--) {
        suffix += values[k] as number
        weighted += suffix
        if (k + period - 1 < end) out[k + period - 1] = weighted
      }
    }
    let prefix = 0
    let weighted = 0
    for (let i = block; i < end; i++) {
      const offset = i - block
      const value = values[i] as number
      prefix += value
      weighted += (offset + 1) * value
      if (isFirstBlock && offset < period - 1) continue
      out[i] = ((out[i] as number) + (weighted + (period - 1 - offset) * prefix)) / weights
    }
  }
  return out
}

class WmaState implements IndicatorState {
  readonly #period: number
  readonly #weights: number
  readonly #block: Float64Array
  /** Weighted sum of the previous block after each offset. NaN in the first block: the warm-up. */
  readonly #suffix: Float64Array
  #filled = 0
  #prefix = 0
  #prefixBefore = 0
  #weighted = 0
  #weightedBefore = 0

  constructor(period: number) {
    this.#period = period
    this.#weights = (period * (period + 1)) / 2
    this.#block = new Float64Array(period)
    this.#suffix = warmupColumn(period, period - 1)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#prefixBefore = this.#prefix
      this.#weightedBefore = this.#weighted
    }
    const value = inputs[0] as number
    const offset = this.#filled - 1
    this.#block[offset] = value
    this.#prefix = this.#prefixBefore + value
    this.#weighted = this.#weightedBefore + (offset + 1) * value
    const newer = this.#weighted + (this.#period - 1 - offset) * this.#prefix
    outputs[0] = ((this.#suffix[offset] as number) + newer) / this.#weights
  }

  #beginBlock(): void {
    let suffix = 0
    let weighted = 0
    for (let k = this.#period - 1; k > 0; k--) {
      suffix += this.#block[k] as number
      weighted += suffix
      this.#suffix[k - 1] = weighted
    }
    this.#filled = 0
    this.#prefix = 0
    this.#weighted = 0
  }
}

export const wmaIndicator = defineIndicator({
  name: 'wma',
  title: 'Weighted moving average',
  about: 'Mean of the last values with linearly rising weights.',
  source: 'Weighted arithmetic mean over a sliding window',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['wma'],
  outputWarmup: (period) => [period - 1],
  batch: ([values], [period]) => [wma(values, period)],
  state: (period) => new WmaState(period),
})

/** The stream of {@link wma}. */
export function createWma(period: number): StreamOf<typeof wmaIndicator> {
  return openStream(wmaIndicator, [period])
}
