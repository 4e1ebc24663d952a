/**
 * Linearly weighted means over a sliding window, by blocks as in `window-sums.ts`. Only additions, so nothing cancels.
 */
import { warmupColumn } from '../series.ts'

/**
 * Means of each window with weights 1, 2, ... `period`, the newest value weighing most.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @param memory - For the result.
 * @returns Shape `[n]`. The first `start + period - 1` entries are NaN.
 *
 * O(n) time whatever the period.
 */
export function weightedMeans(
  values: Float64Array,
  start: number,
  period: number,
  memory?: Float64Array,
): Float64Array {
  const length = values.length
  const out = warmupColumn(length, start, memory)
  const weights = (period * (period + 1)) / 2
  // As in the stream, NaN in the first block makes the warm-up.
  const suffixes = warmupColumn(Math.min(period, length), period - 1)

  for (let block = start; block < length; block += period) {
    const size = Math.min(period, length - block)
    let prefix = 0
    let weighted = 0
    for (let k = 0; k < size; k++) {
      const value = values[block + k] as number
      prefix += value
      weighted += (k + 1) * value
      out[block + k] = ((suffixes[k] as number) + (weighted + (period - 1 - k) * prefix)) / weights
    }
    if (size < period) return out
    // One value further back raises the weight of each value after it by one.
    let suffix = 0
    weighted = 0
    for (let k = period - 1; k > 0; k--) {
      suffix += values[block + k] as number
      weighted += suffix
      suffixes[k - 1] = weighted
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
