import type { BarColumns, TimeMs } from '@kestrel/core'
import type { EquityColumns, FillRecord } from '@kestrel/kernel'

/** A stretch without bars; `toMs` is exclusive. */
export interface MissingStretch {
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
}

/** How much of a run's result was made where bars are missing. Money in the reporting currency. */
export interface GapExposure {
  /** Stretches without bars inside the window. */
  readonly gaps: number
  readonly missingBars: number
  /** Instants whose change of equity counts here: the last bar before each gap and the first after it. */
  readonly instants: number
  /** Sum of those changes. */
  readonly profit: number
  /** `profit` over the run's whole result; undefined where that is zero. */
  readonly profitShare: number | undefined
  /** Fills on those bars. */
  readonly fills: number
}

/**
 * The profit made on bars next to gaps: the change of equity over the last bar before each gap, and from there over the
 * gap to the close of the first bar after it. With several instruments the account's whole change at those instants
 * counts, so the figure is an upper bound on what the gap explains. O(bars + fills * log gaps).
 *
 * @param gaps - By instrument id, oldest first, with the number of absent bars.
 */
export function gapExposure(
  gaps: ReadonlyMap<string, readonly (MissingStretch & { readonly count: number })[]>,
  bars: ReadonlyMap<string, BarColumns>,
  equity: EquityColumns,
  startEquity: number,
  fills: readonly FillRecord[],
): GapExposure {
  const touched = new Set<number>()
  const fillWindows = new Map<string, { readonly openMs: number; readonly closeMs: number }[]>()
  let missingBars = 0
  let stretches = 0
  for (const [instrumentId, list] of gaps) {
    const columns = bars.get(instrumentId)
    if (columns === undefined) continue
    const windows: { openMs: number; closeMs: number }[] = []
    let next = 0
    for (let i = 0; i < columns.openTimeMs.length && next < list.length; i++) {
      const gap = list[next] as MissingStretch
      const openMs = columns.openTimeMs[i] as number
      const closeMs = columns.closeTimeMs[i] as number
      const before = closeMs <= gap.fromMs && (columns.openTimeMs[i + 1] ?? Infinity) >= gap.toMs
      const after = openMs >= gap.toMs
      if (before || after) {
        touched.add(closeMs)
        windows.push({ openMs, closeMs })
      }
      if (after) {
        next++
        // The same bar may also be the last one before the next gap.
        i--
      }
    }
    missingBars += list.reduce((sum, { count }) => sum + count, 0)
    stretches += list.length
    fillWindows.set(instrumentId, windows)
  }
  let profit = 0
  for (let i = 0; i < equity.timeMs.length; i++) {
    if (!touched.has(equity.timeMs[i] as number)) continue
    profit += (equity.equity[i] as number) - (i === 0 ? startEquity : (equity.equity[i - 1] as number))
  }
  const whole = (equity.equity.at(-1) ?? startEquity) - startEquity
  const isNear = ({ instrumentId, tsEventMs }: FillRecord): boolean =>
    (fillWindows.get(instrumentId) ?? []).some(({ openMs, closeMs }) => tsEventMs >= openMs && tsEventMs < closeMs)
  return {
    gaps: stretches,
    missingBars,
    instants: touched.size,
    profit,
    profitShare: whole === 0 ? undefined : profit / whole,
    fills: stretches === 0 ? 0 : fills.filter(isNear).length,
  }
}
