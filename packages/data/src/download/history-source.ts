import type { InstrumentId, InstrumentSpec, TimeMs, Timeframe } from '@kestrel/core'
import type { HistoryKind, HistoryRow } from './history-kind.ts'

/** What is wanted of a venue's history. */
export interface HistoryRequest {
  readonly instrument: InstrumentId
  readonly kind: HistoryKind
  /** Length of a bar or a mark, or sampling of open interest; absent for trades and funding. */
  readonly timeframe?: Timeframe | undefined
  readonly fromMs: TimeMs
  /** Exclusive, and never later than what the venue has finished: a bar that opens before it has closed. */
  readonly toMs: TimeMs
  /** The last row that is known before `fromMs`. The first page begins with it, so that it can be compared. */
  readonly after?: HistoryRow | undefined
  /** Aborting ends the pages with the error `INTERRUPTED`. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What one or more answers of a venue say of a stretch of time.
 *
 * Of bars, marks, funding and open interest, `rows` is every row of the venue in `fromMs` to `toMs` (exclusive). Of trades
 * it is every trade from the first one in it to `toMs`; trades of the very instant `toMs` may be there as well.
 */
export interface HistoryPage {
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
  /** Oldest first. */
  readonly rows: readonly HistoryRow[]
  /** True where the venue numbers its trades without leaving a number out, so that a hole shows in the ids. */
  readonly idsAreConsecutive?: boolean | undefined
}

/**
 * A venue's history. Implementations hide how a venue pages (cursor, direction, inclusive ends, page size, rate limit, passing
 * failures); what they give is checked by the downloader, which trusts no page that does not join the one before.
 *
 * Absent bars are asked for twice before a page without them is given.
 */
export interface HistorySource {
  /** The venue, as a source of a dataset is named: `binance`. */
  readonly venue: string
  /** By what means, for the catalog: `ccxt 4.5.84`. */
  readonly means: string

  /**
   * Refuses what the venue does not serve, as far as that is known without asking it.
   *
   * @throws UsageError for a kind, a timeframe or an instrument of another venue.
   */
  check(wanted: Pick<HistoryRequest, 'instrument' | 'kind' | 'timeframe'>): Promise<void>

  /** The venue's own time. */
  nowMs(signal?: AbortSignal): Promise<TimeMs>

  /**
   * Grid, fees and contract of an instrument as the venue states them.
   *
   * @throws UsageError where the venue has no such instrument.
   */
  instrument(id: InstrumentId, signal?: AbortSignal): Promise<InstrumentSpec>

  /**
   * Pages in order of time, each beginning with the last row of the one before where there is one. They need not reach
   * `toMs` in even steps; the last one ends there.
   *
   * @throws UsageError for a time that the venue does not serve.
   * @throws KestrelError where the venue fails for good.
   */
  pages(request: HistoryRequest): AsyncIterable<HistoryPage>
}
