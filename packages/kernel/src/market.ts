import type { BarColumns, InstrumentId, SeriesColumns, TimeMs, Timeframe, TradeColumns } from '@kestrel/core'

/** Where a run's data comes from; the kernel itself reads no file. What a run does not have is undefined. */
export interface MarketData {
  /** True where rows are appended while the kernel plays, see `GrowingMarket`. */
  readonly isGrowing?: boolean
  /** Bars of the run's window, oldest first; undefined where neither stored nor derivable. */
  bars(instrumentId: InstrumentId, timeframe: Timeframe): BarColumns | undefined
  /** Public trades, for strategies with `onTrade`. */
  trades?(instrumentId: InstrumentId): TradeColumns | undefined
  /** Rates of a perpetual with the value `rate`, by the time of settlement; undefined where none is to be settled. */
  funding?(instrumentId: InstrumentId): SeriesColumns | undefined
  /** Mark prices of a perpetual with the values `open`, `high`, `low`, `close`, by the opening of their bars. */
  mark?(instrumentId: InstrumentId): SeriesColumns | undefined
  /**
   * Any dated values by the name that a strategy knows them by: `funding`, `openInterest`, `fearGreed` or an imported
   * series. Rows may be revisions of earlier ones, see `knownRows`.
   */
  series?(name: string, instrumentId: InstrumentId | undefined): SeriesColumns | undefined
}

/** Membership of a universe from an instant on, until the next entry. */
export interface UniverseEntry {
  /** When this membership could first be known. */
  readonly fromMs: TimeMs
  readonly members: readonly InstrumentId[]
}
