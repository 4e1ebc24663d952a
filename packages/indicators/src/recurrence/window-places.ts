/** Where a close lies between the extremes of a sliding window. Blocks as in `window-extremes.ts`. */
import { warmupColumn } from '../series.ts'
import { tiledPlaces } from '../simd/tiled-windows.ts'
import { selectIndex } from './select.ts'

/** Place in the range in percent, 0 (lowest) to 100 (highest); the middle where the range is empty. */
export function placePct(close: number, lowest: number, highest: number): number {
  return highest === lowest ? 50 : 100 * ((close - lowest) / (highest - lowest))
}

/**
 * The place of each close between the lowest low and the highest high of its window, less `base`.
 *
 * @param high - Shape `[n]`, usable from `start` on, as the others are.
 * @param base - Percent; 0 for places of 0..100, 100 for places of -100..0.
 * @param memory - For the result.
 * @returns Shape `[n]`, percent. The first `start + period - 1` entries are NaN.
 *
 * O(n) time whatever the period, where it is long; O(n log(period)), which is faster, where it is not.
 */
export function windowPlaces(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  start: number,
  period: number,
  base: number,
  memory?: Float64Array,
): Float64Array {
  const out = warmupColumn(close.length, start + period - 1, memory)
  if (start + period > out.length) return out
  const isDone = tiledPlaces(high, low, close, start, period, base, out)
  if (!isDone) plainPlaces(high, low, close, start, period, base, out)
  return out
}

/** {@link windowPlaces} in one pass over both extremes, into `out` from the first full window on. */
export function plainPlaces(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  start: number,
  period: number,
  base: number,
  out: Float64Array,
): void {
  const length = close.length
  // Where the extremes lie of what follows each offset of the block before.
  const suffixHigh = new Int32Array(period)
  const suffixLow = new Int32Array(period)

  for (let block = start; block < length; block += period) {
    const end = Math.min(block + period, length)
    let highest = block - 1
    let lowest = block - 1
    if (block > start) {
      for (let k = block - 1; k > block - period; k--) {
        highest = selectIndex(highest, k, (high[k] as number) > (high[highest] as number))
        lowest = selectIndex(lowest, k, (low[k] as number) < (low[lowest] as number))
        suffixHigh[k - block + period - 1] = highest
        suffixLow[k - block + period - 1] = lowest
      }
    }
    highest = block
    lowest = block
    // The last window of a block holds nothing of the block before.
    suffixHigh[period - 1] = block
    suffixLow[period - 1] = block
    for (let i = block; i < end; i++) {
      highest = selectIndex(highest, i, (high[i] as number) > (high[highest] as number))
      lowest = selectIndex(lowest, i, (low[i] as number) < (low[lowest] as number))
      if (block === start && i < start + period - 1) continue
      const highBefore = suffixHigh[i - block] as number
      const lowBefore = suffixLow[i - block] as number
      const top = selectIndex(highest, highBefore, (high[highBefore] as number) > (high[highest] as number))
      const bottom = selectIndex(lowest, lowBefore, (low[lowBefore] as number) < (low[lowest] as number))
      out[i] = placePct(close[i] as number, low[bottom] as number, high[top] as number) - base
    }
  }
}
