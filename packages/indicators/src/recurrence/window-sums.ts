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
  const suffix = warmupColumn(Math.max(raw.length, 3), period - 1)

  const stride = period * Math.ceil(BARS_A_CALL / period)
  for (let from = start; from < length; from += stride) {
    const to = Math.min(length, from + stride)
    if (period === 3) sumThrees(values, from, to, divisor, suffix, out)
    else sumBlocks(values, from, to, period, divisor, raw, suffix, out)
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

/** {@link sumBlocks} for the commonest smoothing, where loops over a block would take twice the time of the sums. */
function sumThrees(
  values: Float64Array,
  from: number,
  to: number,
  divisor: number,
  suffix: Float64Array,
  out: Float64Array,
): void {
  let both = suffix[0] as number
  let last = suffix[1] as number
  let i = from
  for (; i + 2 < to; i += 3) {
    const a = values[i] as number
    const b = values[i + 1] as number
    const c = values[i + 2] as number
    const one = 0 + a
    const two = one + b
    out[i] = (both + one) / divisor
    out[i + 1] = (last + two) / divisor
    out[i + 2] = (0 + (two + c)) / divisor
    last = 0 + c
    both = last + b
  }
  suffix[0] = both
  suffix[1] = last
  if (i === to) return
  const rest = 0 + (values[i] as number)
  out[i] = (both + rest) / divisor
  if (i + 1 < to) out[i + 1] = (last + (rest + (values[i + 1] as number))) / divisor
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
