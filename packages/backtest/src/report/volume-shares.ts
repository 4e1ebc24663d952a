import { type BarColumns, lowerBound } from '@kestrel/core'
import type { FillRecord } from '@kestrel/kernel'

/**
 * Part of its bar's volume that each fill took; fills on bars without volume are left out.
 *
 * A fill belongs to the bar that it happened in: the last one that opened at or before `barOpenTimeMs`.
 *
 * @param bars - By instrument id.
 * @returns Shape `[m]`, m at most the number of fills. O(fills log bars).
 */
export function volumeShares(fills: readonly FillRecord[], bars: ReadonlyMap<string, BarColumns>): Float64Array {
  const shares = new Float64Array(fills.length)
  let count = 0
  for (const fill of fills) {
    const columns = bars.get(fill.instrumentId)
    if (columns === undefined) continue
    const index = Math.min(lowerBound(columns.openTimeMs, fill.barOpenTimeMs + 1) - 1, columns.volume.length - 1)
    const volume = columns.volume[index] ?? 0
    if (index < 0 || volume <= 0) continue
    shares[count] = fill.quantity / volume
    count += 1
  }
  return shares.subarray(0, count)
}
