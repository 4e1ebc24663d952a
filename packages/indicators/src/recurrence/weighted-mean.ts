/**
 * Linearly weighted means over a sliding window, by blocks as in `window-sums.ts`. Only additions, so nothing cancels.
 */
import { warmupColumn } from '../series.ts'

/**
 * Means of each window with weights 1, 2, ... `period`, the newest value weighing most.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @returns Shape `[n]`. The first `start + period - 1` entries are NaN.
 *
 * O(n) time whatever the period.
 */
export function weightedMeans(values: Float64Array, start: number, period: number): Float64Array {
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

/** The stream of {@link weightedMeans}: amortised O(1) a bar, O(period) at the first bar of a block. */
export class WeightedMean {
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

  /** Mean of the window that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#prefixBefore = this.#prefix
      this.#weightedBefore = this.#weighted
    }
    const offset = this.#filled - 1
    this.#block[offset] = value
    this.#prefix = this.#prefixBefore + value
    this.#weighted = this.#weightedBefore + (offset + 1) * value
    const newer = this.#weighted + (this.#period - 1 - offset) * this.#prefix
    return ((this.#suffix[offset] as number) + newer) / this.#weights
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
