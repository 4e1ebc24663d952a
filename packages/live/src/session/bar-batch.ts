import { type BarColumns, sliceBars, type TimeMs } from '@kestrel/core'

/** Bars that are played and written down together. */
const MOST_BARS = 4_096

/** Bars in parts that are taken in one at a time. */
export function* batchesOf(bars: BarColumns): Generator<BarColumns> {
  const count = bars.close.length
  for (let row = 0; row < count; row += MOST_BARS) yield sliceBars(bars, row, Math.min(count, row + MOST_BARS))
}

/** Whether bars follow each other after a time, each with prices that can be, so that none has to be looked at by itself. */
export function isSound(bars: BarColumns, afterMs: TimeMs): boolean {
  const { openTimeMs, closeTimeMs, open, high, low, close, volume } = bars
  let lastMs = afterMs
  for (let row = 0; row < close.length; row++) {
    const [from, to] = [openTimeMs[row] as number, closeTimeMs[row] as number]
    if (!(from >= lastMs && to > from && to < Infinity)) return false
    lastMs = to
    const [o, h, l, c] = [open[row] as number, high[row] as number, low[row] as number, close[row] as number]
    const isOrdered = l > 0 && l <= o && l <= c && o <= h && c <= h && h < Infinity
    const size = volume[row] as number
    if (!isOrdered || !(size >= 0 && size < Infinity)) return false
  }
  return true
}
