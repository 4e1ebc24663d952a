import type { Instrument, TimeMs, Timeframe } from '@kestrel/core'
import type { PublicTrade } from '../public-trade.ts'
import type { Subscription } from './trading-gateway.ts'

/** A bar that has closed at the venue and will not change any more. */
export interface FeedBar {
  readonly openTimeMs: TimeMs
  /** Exclusive end. */
  readonly closeTimeMs: TimeMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Base units (contracts where the instrument counts them). */
  readonly volume: number
  /** Our time of receipt. */
  readonly tsRecvMs: TimeMs
}

export interface FeedTrade extends PublicTrade {
  readonly tsRecvMs: TimeMs
}

/** Best bid and ask. */
export interface FeedQuote {
  readonly bidPrice: number
  readonly bidQuantity: number
  readonly askPrice: number
  readonly askQuantity: number
  readonly tsEventMs: TimeMs
  readonly tsRecvMs: TimeMs
}

/** A price level of a book. */
export interface FeedBookLevel {
  readonly price: number
  /** Base units, above 0. */
  readonly quantity: number
}

/** The best levels of a book, best first; never crossed. Both sides are empty while the book is not known. */
export interface FeedBook {
  readonly bids: readonly FeedBookLevel[]
  readonly asks: readonly FeedBookLevel[]
  readonly tsEventMs: TimeMs
  readonly tsRecvMs: TimeMs
}

/** Mark price of a perpetual with the funding rate that is due next. */
export interface FeedMark {
  readonly markPrice: number
  readonly indexPrice: number | undefined
  /** Fraction of the notional, settled at `nextFundingTimeMs`. */
  readonly fundingRate: number | undefined
  readonly nextFundingTimeMs: TimeMs | undefined
  readonly tsEventMs: TimeMs
  readonly tsRecvMs: TimeMs
}

/** Health of one subscription. */
export interface FeedStatus {
  readonly instrument: Instrument
  /** `bars 1m`, `trades`, `quotes`, `book`, `mark`. */
  readonly feed: string
  readonly isConnected: boolean
  /** Our time of the last event; NaN before the first. */
  readonly lastEventMs: TimeMs
  /** Events in all. */
  readonly events: number
  /** Broken sequences, wrong checksums and silences that made it subscribe again. */
  readonly resubscriptions: number
  /** What happened last, in words. */
  readonly detail: string
}

/**
 * Live market data of one venue. Every feed watches itself (age, sequence, checksum) and subscribes again where it fell
 * silent or broke; bars that were missed meanwhile are fetched, so that `bars` has no hole.
 */
export interface MarketFeed {
  readonly venue: string
  /**
   * Bars from the first that closes after the subscription, in order, each once, none left out.
   *
   * @param onQuiet - Told where the venue, asked for bars that did not come, says that it has none, and is known to write none
   *   while nobody trades: those that close by `untilMs` are not late.
   */
  bars(
    instrument: Instrument,
    timeframe: Timeframe,
    onBar: (bar: FeedBar) => void,
    onQuiet?: (untilMs: TimeMs) => void,
  ): Subscription
  trades(instrument: Instrument, onTrade: (trade: FeedTrade) => void): Subscription
  quotes(instrument: Instrument, onQuote: (quote: FeedQuote) => void): Subscription
  /**
   * The book after each of its changes, `depth` levels a side (default 25), sequence and checksums checked. When it breaks it
   * is told once with empty sides.
   */
  book(instrument: Instrument, onBook: (book: FeedBook) => void, depth?: number): Subscription
  marks(instrument: Instrument, onMark: (mark: FeedMark) => void): Subscription
  /** Closed bars of the past, oldest first, for warming up. `toMs` is exclusive. */
  pastBars(instrument: Instrument, timeframe: Timeframe, fromMs: TimeMs, toMs: TimeMs): Promise<readonly FeedBar[]>
  status(): readonly FeedStatus[]
  close(): Promise<void>
}
