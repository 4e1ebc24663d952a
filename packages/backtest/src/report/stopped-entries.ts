import type { FillRecord, TradeRecord } from '@kestrel/kernel'

/** Trades that a stop ended, and how many of them were entered inside a bar rather than at its open or close. */
export interface StoppedEntries {
  readonly stopped: number
  readonly insideBar: number
}

/**
 * Counts trades whose stop could not act in the bar of the entry: a fill inside a bar is heard of at the bar's end.
 *
 * A fill at an open carries that open as its time; one inside a bar carries the bar's end.
 */
export function stoppedEntries(trades: readonly TradeRecord[], fills: readonly FillRecord[]): StoppedEntries {
  let stopped = 0
  let insideBar = 0
  for (const trade of trades) {
    if (trade.exitReason !== 'stop') continue
    stopped++
    const entry = fills[trade.firstFill]
    if (entry !== undefined && entry.tsEventMs !== entry.barOpenTimeMs) insideBar++
  }
  return { stopped, insideBar }
}
