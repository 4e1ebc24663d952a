import type { TimeMs } from '@kestrel/core'
import type { EquityColumns } from '@kestrel/kernel'

/** A stretch without bars. */
export interface DataGap {
  readonly instrumentId: string
  /** Open of the first missing bar. */
  readonly fromMs: TimeMs
  /** Open of the next bar that exists. */
  readonly toMs: TimeMs
}

export interface GapProfit {
  readonly gaps: number
  /** Bars directly before and after a gap. */
  readonly bars: number
  /** Change of equity over those bars, reporting currency; the bar after a gap holds the jump across it. */
  readonly profit: number
}

/**
 * Profit made on bars next to gaps: what a different repair of the data could change.
 *
 * @param barMs - Length of a bar of the run.
 * O(bars + gaps log bars).
 */
export function gapProfit(
  equity: EquityColumns,
  startEquity: number,
  gaps: readonly DataGap[],
  barMs: number,
): GapProfit {
  const next = new Set<number>()
  for (const gap of gaps) {
    next.add(gap.fromMs)
    next.add(gap.toMs + barMs)
  }
  let profit = 0
  let bars = 0
  for (let i = 0; i < equity.equity.length; i += 1) {
    if (!next.has(equity.timeMs[i] as number)) continue
    bars += 1
    profit += (equity.equity[i] as number) - (i === 0 ? startEquity : (equity.equity[i - 1] as number))
  }
  return { gaps: gaps.length, bars, profit }
}
