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
