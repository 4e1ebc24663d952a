import { type BarColumns, lowerBound } from '@kestrel/core'
import type { FillRecord } from '@kestrel/kernel'

/** What fills took of the volume that was not there for them. */
export interface VolumeOverdraft {
  /** Fills larger than all that traded in their bar. */
  readonly fillsBeyondBar: number
  /** Lots, by instrument in base units or contracts, that later bars had not made up for when the data ended. */
  readonly owed: readonly { readonly instrumentId: string; readonly quantity: number }[]
}

/** Below this part of a bar's share nothing is owed: sums of quantities are not exact. */
const TOLERANCE = 1e-9

/**
 * Fills beyond the volume of their bar, and what is still owed at the end of the data.
 *
 * Until a bar ends orders get a share of the volume of the one before, and what that was too much by is made up for by later
 * bars. Where the data ends, nothing makes up for it any more.
 *
 * A fill belongs to the last bar that opened at or before `barOpenTimeMs`.
 *
 * @param bars - By instrument id; of a run on finer bars those of its timeframe, so that what is made up for within one does
 *   not count.
 * @param cap - Largest part of a bar's volume that may be taken, 0 to 1; without one nothing is owed.
 * @returns O(fills log bars + bars).
 */
export function volumeOverdraft(
  fills: readonly FillRecord[],
  bars: ReadonlyMap<string, BarColumns>,
  cap: number | undefined,
): VolumeOverdraft {
  let fillsBeyondBar = 0
  const owed: { instrumentId: string; quantity: number }[] = []
  const takenOf = new Map<string, Float64Array>()
  for (const { instrumentId, barOpenTimeMs, quantity } of fills) {
    const columns = bars.get(instrumentId)
    if (columns === undefined) continue
    const { openTimeMs, volume } = columns
    const index = Math.min(lowerBound(openTimeMs, barOpenTimeMs + 1) - 1, volume.length - 1)
    if (index < 0) continue
    const taken = takenOf.get(instrumentId) ?? new Float64Array(volume.length)
    takenOf.set(instrumentId, taken)
    taken[index] = (taken[index] as number) + quantity
    if (quantity > (volume[index] as number)) fillsBeyondBar++
  }
  if (cap === undefined) return { fillsBeyondBar, owed }
  for (const [instrumentId, taken] of takenOf) {
    const { volume } = bars.get(instrumentId) as BarColumns
    let quantity = 0
    let largest = 0
    for (let i = 0; i < volume.length; i++) {
      const share = (volume[i] as number) * cap
      largest = Math.max(largest, share)
      quantity = Math.max(0, quantity + (taken[i] as number) - share)
    }
    if (quantity > largest * TOLERANCE) owed.push({ instrumentId, quantity })
  }
  return { fillsBeyondBar, owed }
}
