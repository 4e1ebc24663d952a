/**
 * Largest values over a sliding window: three comparisons a bar whatever the period.
 *
 * Source: van Herk, "A fast algorithm for local minimum and maximum filters", Pattern Recognition Letters 13 (1992);
 * Gil and Werman, IEEE PAMI 15 (1993). Blocks as in `window-sums.ts`.
 */
import { warmupColumn } from '../series.ts'

/** The larger of two numbers; `a` where it is NaN. */
function larger(a: number, b: number): number {
  return b > a ? b : a
}

/**
 * Largest value of each window where `sign` is 1, smallest where it is -1.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @returns Shape `[n]`. The first `start + period - 1` entries are NaN.
 */
export function windowExtremes(values: Float64Array, start: number, period: number, sign: 1 | -1): Float64Array {
  const length = values.length
  const out = warmupColumn(length, start + period - 1)
  if (start + period > length) return out

  let prefix = -Infinity
  for (let i = start; i < start + period; i++) prefix = larger(prefix, sign * (values[i] as number))
  out[start + period - 1] = sign * prefix

  for (let block = start + period; block < length; block += period) {
    const end = Math.min(block + period, length)
    let suffix = -Infinity
    let k = block - 1
    for (; k > end - period; k--) suffix = larger(suffix, sign * (values[k] as number))
    for (; k > block - period; k--) {
      suffix = larger(suffix, sign * (values[k] as number))
      out[k + period - 1] = suffix
    }
    if (end === block + period) out[end - 1] = -Infinity
    prefix = -Infinity
    for (let i = block; i < end; i++) {
      prefix = larger(prefix, sign * (values[i] as number))
      out[i] = sign * larger(out[i] as number, prefix)
    }
  }
  return out
}

/** The stream of {@link windowExtremes}. */
export class WindowExtreme {
  readonly #period: number
  readonly #sign: 1 | -1
  readonly #block: Float64Array
  /** Extreme of the previous block after each offset. NaN in the first block: the warm-up. */
  readonly #suffix: Float64Array
  #filled = 0
  #prefix = -Infinity
  #prefixBefore = -Infinity

  constructor(period: number, sign: 1 | -1) {
    this.#period = period
    this.#sign = sign
    this.#block = new Float64Array(period)
    this.#suffix = warmupColumn(period, period - 1)
    this.#suffix[period - 1] = -Infinity
  }

  /** Extreme of the window that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#prefixBefore = this.#prefix
    }
    const offset = this.#filled - 1
    const signed = this.#sign * value
    this.#block[offset] = signed
    this.#prefix = larger(this.#prefixBefore, signed)
    return this.#sign * larger(this.#suffix[offset] as number, this.#prefix)
  }

  #beginBlock(): void {
    let suffix = -Infinity
    for (let k = this.#period - 1; k > 0; k--) {
      suffix = larger(suffix, this.#block[k] as number)
      this.#suffix[k - 1] = suffix
    }
    this.#filled = 0
    this.#prefix = -Infinity
  }
}
