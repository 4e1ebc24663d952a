/** How recent the extreme of a window is. Blocks as in `window-extremes.ts`. */
import { warmupColumn } from '../series.ts'
import { tiledRecencies } from '../simd/tiled-windows.ts'
import { selectIndex } from './select.ts'

/** 100 where the extreme is this bar, 0 where it is `lookBack` bars old. */
export function recencyPct(age: number, lookBack: number): number {
  return (100 * (lookBack - age)) / lookBack
}

/**
 * Recency of the largest value of each window where `sign` is 1, of the smallest where it is -1; of the latest of equal
 * ones. A window holds a bar and the `lookBack` bars before it.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @param memory - For the result.
 * @returns Shape `[n]`, 0..100. The first `start + lookBack` entries are NaN.
 *
 * O(n) time whatever the look-back, where it is long; O(n log(lookBack)), which is faster, where it is not.
 */
export function windowRecencies(
  values: Float64Array,
  start: number,
  lookBack: number,
  sign: 1 | -1,
  memory?: Float64Array,
): Float64Array {
  const out = warmupColumn(values.length, start + lookBack, memory)
  if (start + lookBack >= out.length) return out
  const isDone = tiledRecencies(values, start, lookBack, sign, out)
  if (!isDone) plainRecencies(values, start, lookBack, sign, out)
  return out
}

/** {@link windowRecencies} in one pass, into `out` from the first full window on. */
export function plainRecencies(
  values: Float64Array,
  start: number,
  lookBack: number,
  sign: 1 | -1,
  out: Float64Array,
): void {
  const length = values.length
  const period = lookBack + 1
  // Where the extreme lies of what follows each offset of the block before.
  const suffix = new Int32Array(period)

  for (let block = start; block < length; block += period) {
    const end = Math.min(block + period, length)
    let at = block - 1
    if (block > start) {
      for (let k = block - 1; k > block - period; k--) {
        at = selectIndex(at, k, sign * (values[k] as number) > sign * (values[at] as number))
        suffix[k - block + period - 1] = at
      }
    }
    at = block
    // The last window of a block holds nothing of the block before.
    suffix[period - 1] = block
    for (let i = block; i < end; i++) {
      at = selectIndex(at, i, sign * (values[i] as number) >= sign * (values[at] as number))
      if (block === start && i < start + period - 1) continue
      const before = suffix[i - block] as number
      const extreme = selectIndex(at, before, sign * (values[before] as number) > sign * (values[at] as number))
      out[i] = recencyPct(i - extreme, lookBack)
    }
  }
}

/** The stream of the ages behind {@link windowRecencies}: amortised O(1) a bar, O(period) at the first bar of a block. */
export class WindowExtremeAge {
  readonly #period: number
  readonly #sign: 1 | -1
  readonly #block: Float64Array
  /** Extreme of the previous block after each offset, and where in that block it lies. */
  readonly #suffix: Float64Array
  readonly #suffixOffset: Int32Array
  #isFirstBlock = true
  #filled = 0
  #best = -Infinity
  #bestBefore = -Infinity
  #offset = 0
  #offsetBefore = 0

  constructor(period: number, sign: 1 | -1) {
    this.#period = period
    this.#sign = sign
    this.#block = new Float64Array(period)
    this.#suffix = new Float64Array(period).fill(-Infinity)
    this.#suffixOffset = new Int32Array(period)
  }

  /** Bars since the extreme of the window that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#bestBefore = this.#best
      this.#offsetBefore = this.#offset
    }
    const offset = this.#filled - 1
    const signed = this.#sign * value
    this.#block[offset] = signed
    const isNewest = signed >= this.#bestBefore
    this.#best = isNewest ? signed : this.#bestBefore
    this.#offset = isNewest ? offset : this.#offsetBefore
    if (this.#isFirstBlock && this.#filled < this.#period) return Number.NaN
    return (this.#suffix[offset] as number) > this.#best
      ? offset + this.#period - (this.#suffixOffset[offset] as number)
      : offset - this.#offset
  }

  #beginBlock(): void {
    let best = -Infinity
    let at = 0
    for (let k = this.#period - 1; k > 0; k--) {
      const signed = this.#block[k] as number
      if (signed > best) {
        best = signed
        at = k
      }
      this.#suffix[k - 1] = best
      this.#suffixOffset[k - 1] = at
    }
    this.#isFirstBlock = false
    this.#filled = 0
    this.#best = -Infinity
  }
}
