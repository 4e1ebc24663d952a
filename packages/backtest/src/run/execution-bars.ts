import { allocateBars, type BarColumns, lowerBound, sliceBars } from '@kestrel/core'

/** Which bars orders are played against, and how much of the run they cover. */
export interface ExecutionBars {
  readonly bars: BarColumns
  /** Bars of the run's timeframe that finer ones stand in for. */
  readonly refined: number
}

/**
 * Puts finer bars in the place of each coarse bar that they cover without a hole; the other coarse bars stay.
 *
 * A coarse bar is covered when the finer bars inside it join from its open to its close. With sparse data (no row means
 * no trade) any finer bar inside it is enough. O(coarse + fine).
 */
export function refineBars(coarse: BarColumns, fine: BarColumns, sparse: boolean): ExecutionBars {
  const n = coarse.close.length
  const starts = new Int32Array(n)
  const counts = new Int32Array(n)
  let rows = 0
  let refined = 0
  let cursor = 0
  for (let i = 0; i < n; i++) {
    const openMs = coarse.openTimeMs[i] as number
    const closeMs = coarse.closeTimeMs[i] as number
    while (cursor < fine.close.length && (fine.openTimeMs[cursor] as number) < openMs) cursor++
    starts[i] = cursor
    let joinsAt = openMs
    let joined = true
    while (cursor < fine.close.length && (fine.closeTimeMs[cursor] as number) <= closeMs) {
      if ((fine.openTimeMs[cursor] as number) !== joinsAt) joined = false
      joinsAt = fine.closeTimeMs[cursor] as number
      cursor++
    }
    const count = cursor - (starts[i] as number)
    if (count > 0 && (sparse || (joined && joinsAt === closeMs))) {
      counts[i] = count
      refined++
    }
    rows += Math.max(1, counts[i] as number)
  }
  if (refined === 0) return { bars: coarse, refined }
  return { bars: joinBars(coarse, fine, starts, counts, rows), refined }
}

function joinBars(
  coarse: BarColumns,
  fine: BarColumns,
  starts: Int32Array,
  counts: Int32Array,
  rows: number,
): BarColumns {
  const joined = allocateBars(rows)
  const names = Object.keys(joined) as (keyof BarColumns)[]
  let row = 0
  for (let i = 0; i < starts.length; i++) {
    const count = counts[i] as number
    const [source, start, length] = count > 0 ? [fine, starts[i] as number, count] : [coarse, i, 1]
    for (const name of names) joined[name].set(source[name].subarray(start, start + length), row)
    row += length
  }
  return joined
}

/** The rows of bars that close after `fromMs` and up to `toMs`, as views. */
export function windowOf(bars: BarColumns, fromMs: number, toMs: number): BarColumns {
  const start = lowerBound(bars.openTimeMs, fromMs)
  let end = lowerBound(bars.openTimeMs, toMs)
  while (end > start && (bars.closeTimeMs[end - 1] as number) > toMs) end--
  return sliceBars(bars, start, end)
}
