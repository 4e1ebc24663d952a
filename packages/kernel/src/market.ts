import type { BarColumns, InstrumentId, TimeMs, Timeframe } from '@kestrel/core'

/** Where a run's bars come from; the kernel itself reads no file. */
export interface MarketData {
  /** Bars of the run's window, oldest first; undefined where neither stored nor derivable. */
  bars(instrumentId: InstrumentId, timeframe: Timeframe): BarColumns | undefined
}

/** Membership of a universe from an instant on, until the next entry. */
export interface UniverseEntry {
  /** When this membership could first be known. */
  readonly fromMs: TimeMs
  readonly members: readonly InstrumentId[]
}
