import {
  type Clock,
  type Instrument,
  type InstrumentId,
  type InstrumentSpec,
  systemClock,
  type TimeMs,
  type Timeframe,
} from '@kestrel/core'
import type {
  FeedBar,
  FeedBook,
  FeedMark,
  FeedQuote,
  FeedStatus,
  FeedTrade,
  MarketFeed,
  Subscription,
} from '@kestrel/kernel'
import type { CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { ccxtVersion } from '../ccxt/load-ccxt.ts'
import { marketOf, specOf } from '../market-of.ts'
import { askAgain } from './ask-venue.ts'
import { runBars } from './bar-feed.ts'
import { runBook } from './book-feed.ts'
import { FeedLine } from './feed-line.ts'
import { runMarks } from './mark-feed.ts'
import { type OpenFeedExchange, openFeedExchange } from './open-feed-exchange.ts'
import { pastBars } from './past-bars.ts'
import { runQuotes } from './quote-feed.ts'
import { runTrades } from './trade-feed.ts'
import { VenueTime } from './venue-time.ts'

export interface CcxtMarketFeedOptions {
  /** As ccxt names it: `binance`. */
  readonly venue: string
  /** Requests and streams go to this server instead: a local exchange. https, or http to this machine. */
  readonly baseUrl?: string | undefined
  /** Kinds of markets that are loaded; all unless given. */
  readonly products?: readonly ('spot' | 'linear' | 'inverse')[] | undefined
  readonly clock?: Clock | undefined
  /** How long after a close bars are asked for that the stream has not brought, ms. Default 1,500. */
  readonly askAfterMs?: number | undefined
  /**
   * A stream of bars, quotes or a book that says nothing for so long is taken for broken, ms; one of trades after five times
   * as long. Default 60,000.
   */
  readonly silentMs?: number | undefined
  /** Time between pings; a socket that does not answer two of them is ended. Default 5,000. */
  readonly pingEveryMs?: number | undefined
  /** Patience with a request, ms. Default 10,000. */
  readonly timeoutMs?: number | undefined
  /** Between two questions for funding and mark price, ms. Default 15,000. */
  readonly markEveryMs?: number | undefined
}

/** Market data of a venue, with what the venue says of its instruments. */
export interface VenueMarketFeed extends MarketFeed {
  /**
   * Grid, fees and contract of an instrument as the venue states them.
   *
   * @throws UsageError `VENUE_SYMBOL`, `VENUE_SPEC`.
   */
  specOf(instrument: InstrumentId): InstrumentSpec
}

/** How much longer a market may be without a trade than without a change of its quotes. */
const TRADE_PATIENCE = 5

/**
 * Live market data of one venue through ccxt.pro. Streams that break or fall silent are subscribed again; bars and trades
 * that were missed meanwhile, or that no stream brings, are asked for.
 *
 * @throws UsageError `VENUE_UNKNOWN`, `VENUE_BASE_URL`; VenueError where the venue does not answer.
 */
export async function ccxtMarketFeed(options: CcxtMarketFeedOptions): Promise<VenueMarketFeed> {
  const open = await openFeedExchange({
    venue: options.venue,
    baseUrl: options.baseUrl,
    products: options.products,
    pingEveryMs: options.pingEveryMs ?? 5_000,
    timeoutMs: options.timeoutMs ?? 10_000,
  })
  const { exchange } = open
  const venueTime = new VenueTime(exchange, options.clock ?? systemClock)
  const { signal } = new AbortController()
  await askAgain(exchange, 'its markets', signal, async () => exchange.loadMarkets())
  await askAgain(exchange, 'its time', signal, async () => venueTime.ask())
  return new CcxtMarketFeed(open, options, venueTime)
}

class CcxtMarketFeed implements VenueMarketFeed {
  readonly venue: string
  readonly #open: OpenFeedExchange
  readonly #clock: Clock
  readonly #venueTime: VenueTime
  readonly #askAfterMs: number
  readonly #silentMs: number
  readonly #markEveryMs: number
  readonly #lines = new Set<FeedLine>()
  readonly #stop = new AbortController()

  constructor(open: OpenFeedExchange, options: CcxtMarketFeedOptions, venueTime: VenueTime) {
    this.venue = options.venue.toUpperCase()
    this.#open = open
    this.#clock = options.clock ?? systemClock
    this.#venueTime = venueTime
    this.#askAfterMs = options.askAfterMs ?? 1_500
    this.#silentMs = options.silentMs ?? 60_000
    this.#markEveryMs = options.markEveryMs ?? 15_000
  }

  bars(
    instrument: Instrument,
    timeframe: Timeframe,
    onBar: (bar: FeedBar) => void,
    onQuiet: (untilMs: TimeMs) => void = () => undefined,
  ): Subscription {
    const hearer = { onBar, onQuiet }
    return this.#subscribe(instrument, `bars ${timeframe}`, this.#silentMs, (line, market) =>
      runBars(line, market, timeframe, this.#venueTime, this.#askAfterMs, hearer),
    )
  }

  trades(instrument: Instrument, onTrade: (trade: FeedTrade) => void): Subscription {
    return this.#subscribe(instrument, 'trades', TRADE_PATIENCE * this.#silentMs, (line, market) =>
      runTrades(line, market, instrument, onTrade),
    )
  }

  quotes(instrument: Instrument, onQuote: (quote: FeedQuote) => void): Subscription {
    return this.#subscribe(instrument, 'quotes', this.#silentMs, (line, market) => runQuotes(line, market, onQuote))
  }

  book(instrument: Instrument, onBook: (book: FeedBook) => void, depth = 25): Subscription {
    return this.#subscribe(instrument, 'book', this.#silentMs, (line, market) => runBook(line, market, depth, onBook))
  }

  marks(instrument: Instrument, onMark: (mark: FeedMark) => void): Subscription {
    return this.#subscribe(instrument, 'mark', this.#silentMs, (line, market) =>
      runMarks(line, market, this.#markEveryMs, onMark),
    )
  }

  async pastBars(
    instrument: Instrument,
    timeframe: Timeframe,
    fromMs: TimeMs,
    toMs: TimeMs,
  ): Promise<readonly FeedBar[]> {
    const { exchange } = this.#open
    const { signal } = this.#stop
    const venueMs = await askAgain(exchange, 'its time', signal, async () => this.#venueTime.ask())
    return pastBars(exchange, marketOf(exchange, instrument.id), timeframe, fromMs, Math.min(toMs, venueMs), {
      nowMs: () => this.#clock.nowMs(),
      signal,
    })
  }

  specOf(instrument: InstrumentId): InstrumentSpec {
    const { exchange } = this.#open
    return specOf(exchange, marketOf(exchange, instrument), instrument, `ccxt ${ccxtVersion()}`)
  }

  status(): readonly FeedStatus[] {
    return [...this.#lines].map(({ status }) => status)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    const closing = [...this.#lines].map(async (line) => line.close())
    this.#open.clients.close()
    await Promise.all(closing)
  }

  #subscribe(
    instrument: Instrument,
    feed: string,
    silentMs: number,
    run: (line: FeedLine, market: CcxtMarket) => void,
  ): Subscription {
    const market = marketOf(this.#open.exchange, instrument.id)
    const line = new FeedLine(this.#open, this.#clock, instrument, feed, silentMs, () => this.#ended(line))
    run(line, market)
    this.#lines.add(line)
    return line
  }

  #ended(line: FeedLine): void {
    this.#lines.delete(line)
    // ccxt has no way to leave a stream at every venue; a socket that nobody else uses is ended.
    const isShared = [...this.#lines].some(({ client }) => client === line.client)
    if (!isShared) line.hangUp('closed')
  }
}
