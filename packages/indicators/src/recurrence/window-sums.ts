/**
 * Sums over a sliding window without subtraction.
 *
 * The series is cut into blocks of one period, counted from its start. A window covers the end of one block and the
 * beginning of the next, so its sum is a suffix sum of the first plus a prefix sum of the second. Nothing that has left
 * the window can leave a rounding error behind: the error is that of adding the window afresh, however long the series,
 * and sums of integers are exact. A running sum has neither property once values are not integers.
 *
 * Source: the block decomposition of van Herk (1992) and Gil and Werman (1993), applied to sums.
 */
import { warmupColumn } from '../series.ts'

/**
 * Window sums, each divided by `divisor` (the period for means, 1 for sums).
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @param memory - For the result. `values` itself is allowed.
 * @returns Shape `[n]`. The first `start + period - 1` entries are NaN.
 *
 * O(n) time whatever the period.
 */
export function windowSums(
  values: Float64Array,
  start: number,
  period: number,
  divisor: number,
  memory?: Float64Array,
): Float64Array {
  const length = values.length
  const out = warmupColumn(length, start, memory)
  const raw = new Float64Array(Math.min(period, length))
  // As in the stream, NaN in the first block makes the warm-up.
  const suffix = warmupColumn(raw.length, period - 1)

  const stride = period * Math.ceil(BARS_A_CALL / period)
  for (let from = start; from < length; from += stride) {
    sumBlocks(values, from, Math.min(length, from + stride), period, divisor, raw, suffix, out)
  }
  return out
}

/** A function that is called often is compiled once; one long loop is compiled anew for every series, while it runs. */
const BARS_A_CALL = 4_096

/** Windows that end in the blocks from `from` to `to` (exclusive); the last block of the series may be cut short. */
function sumBlocks(
  values: Float64Array,
  from: number,
  to: number,
  period: number,
  divisor: number,
  raw: Float64Array,
  suffix: Float64Array,
  out: Float64Array,
): void {
  for (let block = from; block < to; block += period) {
    const size = Math.min(period, to - block)
    let prefix = 0
    for (let k = 0; k < size; k++) {
      const value = values[block + k] as number
      raw[k] = value
      prefix += value
      out[block + k] = ((suffix[k] as number) + prefix) / divisor
    }
    if (size < period) return
    let sum = 0
    for (let k = period - 1; k > 0; k--) {
      sum += raw[k] as number
      suffix[k - 1] = sum
    }
    suffix[period - 1] = 0
  }
}

/** The stream of {@link windowSums}: amortised O(1) a bar, O(period) at the first bar of a block. */
export class WindowSum {
  readonly #period: number
  readonly #block: Float64Array
  /** Sum of the previous block after each offset. NaN in the first block, so that the warm-up needs no branch. */
  readonly #suffix: Float64Array
  #filled = 0
  #prefix = 0
  #prefixBefore = 0

  constructor(period: number) {
    this.#period = period
    this.#block = new Float64Array(period)
    this.#suffix = warmupColumn(period, period - 1)
  }

  /** Sum of the window that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#prefixBefore = this.#prefix
    }
    const offset = this.#filled - 1
    this.#block[offset] = value
    this.#prefix = this.#prefixBefore + value
    return (this.#suffix[offset] as number) + this.#prefix
  }

  #beginBlock(): void {
    let suffix = 0
    for (let k = this.#period - 1; k > 0; k--) {
      suffix += this.#block[k] as number
      this.#suffix[k - 1] = suffix
    }
    this.#filled = 0
    this.#prefix = 0
  }
}
