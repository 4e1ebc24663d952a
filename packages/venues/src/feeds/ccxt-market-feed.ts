// Long because: the feeds of one venue share one client, its clock and its end.
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Clock,
  type Instrument,
  type InstrumentId,
  type InstrumentSpec,
  systemClock,
  type TimeMs,
  type Timeframe,
  timeframeMs,
} from '@kestrel/core'
import type { FeedBar, FeedMark, FeedQuote, FeedStatus, FeedTrade, MarketFeed, Subscription } from '@kestrel/kernel'
import { redirectExchange } from '../ccxt/base-url.ts'
import type { CcxtCandle, CcxtMarket } from '../ccxt/ccxt-exchange.ts'
import { ccxtVersion, loadCcxtExchange } from '../ccxt/load-ccxt.ts'
import { marketOf, specOf } from '../market-of.ts'
import { BarLine, type Candle } from './bar-line.ts'
import type { FeedExchange } from './feed-exchange.ts'

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
  /** A stream that says nothing for so long is taken for broken, ms. Default 60,000. */
  readonly silentMs?: number | undefined
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

const LOOK_MS = 100
const FIRST_WAIT_MS = 250
const MOST_WAIT_MS = 15_000
/** Bars of one request. */
const PAGE = 500

interface Line {
  status: { -readonly [K in keyof FeedStatus]: FeedStatus[K] }
  readonly stop: AbortController
  done: Promise<unknown>
}

/**
 * Live market data of one venue through ccxt.pro. Streams that break or fall silent are subscribed again; bars that were
 * missed meanwhile, or that no stream brings, are asked for.
 *
 * @throws UsageError `VENUE_UNKNOWN`, `VENUE_BASE_URL`; VenueError where the venue does not answer.
 */
export async function ccxtMarketFeed(options: CcxtMarketFeedOptions): Promise<VenueMarketFeed> {
  const clock = options.clock ?? systemClock
  const loaded = await loadCcxtExchange(
    options.venue,
    {
      enableRateLimit: true,
      newUpdates: true,
      options: options.products === undefined ? {} : { fetchMarkets: { types: [...options.products] } },
    },
    'requests and streams',
  )
  const exchange = loaded as unknown as FeedExchange
  exchange.has['fetchCurrencies'] = false
  if (options.baseUrl !== undefined) {
    redirectExchange(exchange, options.baseUrl)
    if (options.baseUrl.startsWith('http:')) await exchange.loadHttpProxyAgent()
  }
  await exchange.loadMarkets()
  const skewMs = await measuredSkew(exchange, clock)
  return new CcxtMarketFeed(exchange, options, clock, skewMs)
}

async function measuredSkew(exchange: FeedExchange, clock: Clock): Promise<number> {
  if (exchange.has['fetchTime'] !== true) return 0
  const askedMs = clock.nowMs()
  const venueMs = await exchange.fetchTime()
  return venueMs === undefined ? 0 : venueMs - (askedMs + clock.nowMs()) / 2
}

class CcxtMarketFeed implements VenueMarketFeed {
  readonly venue: string
  readonly #exchange: FeedExchange
  readonly #clock: Clock
  readonly #skewMs: number
  readonly #askAfterMs: number
  readonly #silentMs: number
  readonly #markEveryMs: number
  readonly #lines = new Set<Line>()

  constructor(exchange: FeedExchange, options: CcxtMarketFeedOptions, clock: Clock, skewMs: number) {
    this.venue = options.venue.toUpperCase()
    this.#exchange = exchange
    this.#clock = clock
    this.#skewMs = skewMs
    this.#askAfterMs = options.askAfterMs ?? 1_500
    this.#silentMs = options.silentMs ?? 60_000
    this.#markEveryMs = options.markEveryMs ?? 15_000
  }

  bars(instrument: Instrument, timeframe: Timeframe, onBar: (bar: FeedBar) => void): Subscription {
    const market = marketOf(this.#exchange, instrument.id)
    const stepMs = timeframeMs(timeframe)
    const fromMs = Math.floor(this.#venueNowMs() / stepMs) * stepMs
    const line = this.#open(instrument, `bars ${timeframe}`)
    const bars = new BarLine(stepMs, fromMs, (bar) => {
      this.#heard(line)
      onBar(bar)
    })
    let isMissing = false
    const streamed = this.#follow(line, async () => {
      const candles = await this.#exchange.watchOHLCV(market.symbol, timeframe)
      isMissing = bars.stream(candles.flatMap(candleOf), this.#clock.nowMs())
    })
    const asked = this.#repeat(line, LOOK_MS, async () => {
      const isLate = this.#venueNowMs() >= bars.nextOpenMs + stepMs + this.#askAfterMs
      if (!isLate && !isMissing) return
      isMissing = false
      const closedMs = Math.floor(this.#venueNowMs() / stepMs) * stepMs
      const rows = await this.#exchange.fetchOHLCV(market.symbol, timeframe, bars.nextOpenMs, PAGE)
      bars.answer(rows.flatMap(candleOf), closedMs, this.#clock.nowMs())
    })
    return this.#subscription(line, [streamed, asked])
  }

  trades(instrument: Instrument, onTrade: (trade: FeedTrade) => void): Subscription {
    const market = marketOf(this.#exchange, instrument.id)
    const line = this.#open(instrument, 'trades')
    const streamed = this.#follow(line, async () => {
      for (const { id, price, amount, side, timestamp } of await this.#exchange.watchTrades(market.symbol)) {
        if (price === undefined || amount === undefined || timestamp === undefined) continue
        this.#heard(line)
        onTrade({
          instrument,
          id: Number(id ?? Number.NaN),
          side: side === 'buy' || side === 'sell' ? side : undefined,
          price,
          quantity: amount,
          timeMs: timestamp,
          timeUs: timestamp * 1_000,
          tsRecvMs: this.#clock.nowMs(),
        })
      }
    })
    return this.#subscription(line, [streamed])
  }

  quotes(instrument: Instrument, onQuote: (quote: FeedQuote) => void): Subscription {
    const market = marketOf(this.#exchange, instrument.id)
    const line = this.#open(instrument, 'quotes')
    const streamed = this.#follow(line, async () => {
      const tickers = await this.#exchange.watchBidsAsks([market.symbol])
      const ticker = tickers[market.symbol]
      if (ticker?.bid === undefined || ticker.ask === undefined) return
      const nowMs = this.#clock.nowMs()
      this.#heard(line)
      onQuote({
        bidPrice: ticker.bid,
        bidQuantity: ticker.bidVolume ?? 0,
        askPrice: ticker.ask,
        askQuantity: ticker.askVolume ?? 0,
        tsEventMs: ticker.timestamp ?? nowMs,
        tsRecvMs: nowMs,
      })
    })
    return this.#subscription(line, [streamed])
  }

  marks(instrument: Instrument, onMark: (mark: FeedMark) => void): Subscription {
    const market: CcxtMarket = marketOf(this.#exchange, instrument.id)
    const line = this.#open(instrument, 'mark')
    const asked = this.#repeat(line, this.#markEveryMs, async () => {
      const { markPrice, indexPrice, fundingRate, fundingTimestamp, timestamp } = await this.#exchange.fetchFundingRate(
        market.symbol,
      )
      if (markPrice === undefined) return
      const nowMs = this.#clock.nowMs()
      this.#heard(line)
      onMark({
        markPrice,
        indexPrice,
        fundingRate,
        nextFundingTimeMs: fundingTimestamp,
        tsEventMs: timestamp ?? nowMs,
        tsRecvMs: nowMs,
      })
    })
    return this.#subscription(line, [asked])
  }

  async pastBars(
    instrument: Instrument,
    timeframe: Timeframe,
    fromMs: TimeMs,
    toMs: TimeMs,
  ): Promise<readonly FeedBar[]> {
    const market = marketOf(this.#exchange, instrument.id)
    const stepMs = timeframeMs(timeframe)
    const endMs = Math.min(toMs, this.#venueNowMs())
    const out: FeedBar[] = []
    for (let sinceMs = Math.floor(fromMs / stepMs) * stepMs; sinceMs + stepMs <= endMs;) {
      const rows = (await this.#exchange.fetchOHLCV(market.symbol, timeframe, sinceMs, PAGE)).flatMap(candleOf)
      const fresh = rows.filter(({ openTimeMs }) => openTimeMs >= sinceMs && openTimeMs + stepMs <= endMs)
      const nowMs = this.#clock.nowMs()
      for (const row of fresh) out.push({ ...row, closeTimeMs: row.openTimeMs + stepMs, tsRecvMs: nowMs })
      const last = fresh.at(-1)
      if (last === undefined) break
      sinceMs = last.openTimeMs + stepMs
    }
    return out
  }

  specOf(instrument: InstrumentId): InstrumentSpec {
    return specOf(this.#exchange, marketOf(this.#exchange, instrument), instrument, `ccxt ${ccxtVersion()}`)
  }

  status(): readonly FeedStatus[] {
    return [...this.#lines].map(({ status }) => ({ ...status }))
  }

  async close(): Promise<void> {
    const lines = [...this.#lines]
    for (const { stop } of lines) stop.abort()
    // Ends what the loops wait for.
    await this.#exchange.close().catch(() => undefined)
    await Promise.all(lines.map(({ done }) => done))
  }

  #venueNowMs(): TimeMs {
    return this.#clock.nowMs() + this.#skewMs
  }

  #open(instrument: Instrument, feed: string): Line {
    const line: Line = {
      status: {
        instrument,
        feed,
        isConnected: false,
        lastEventMs: Number.NaN,
        events: 0,
        resubscriptions: 0,
        detail: 'connecting',
      },
      stop: new AbortController(),
      done: Promise.resolve(),
    }
    this.#lines.add(line)
    return line
  }

  #heard({ status }: Line): void {
    status.isConnected = true
    status.events++
    status.lastEventMs = this.#clock.nowMs()
    status.detail = 'connected'
  }

  /** Waits for one message of a stream after the other. */
  async #follow(line: Line, next: () => Promise<void>): Promise<void> {
    for (let failures = 0; !line.stop.signal.aborted;) {
      try {
        await within(this.#silentMs, line.stop.signal, next())
        failures = 0
      } catch (error) {
        if (line.stop.signal.aborted) return
        this.#broke(line, error)
        await this.#sleep(line, Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++))
      }
    }
  }

  /** Does something now and then; a failure is tried again later. */
  async #repeat(line: Line, everyMs: number, act: () => Promise<void>): Promise<void> {
    for (let failures = 0; !line.stop.signal.aborted;) {
      try {
        await act()
        failures = 0
        await this.#sleep(line, everyMs)
      } catch (error) {
        if (line.stop.signal.aborted) return
        this.#broke(line, error)
        await this.#sleep(line, Math.min(MOST_WAIT_MS, Math.max(everyMs, FIRST_WAIT_MS * 2 ** failures++)))
      }
    }
  }

  #broke({ status }: Line, error: unknown): void {
    status.isConnected = false
    status.resubscriptions++
    status.detail = (error instanceof Error ? error.message : String(error)).slice(0, 200)
  }

  async #sleep({ stop }: Line, ms: number): Promise<void> {
    await wait(ms, undefined, { signal: stop.signal }).catch(() => undefined)
  }

  #subscription(line: Line, loops: readonly Promise<void>[]): Subscription {
    line.done = Promise.all(loops)
    return {
      close: async () => {
        line.stop.abort()
        this.#lines.delete(line)
        await line.done
      },
    }
  }
}

/** Rejects when nothing came for too long, or when it is over. */
async function within(ms: number, signal: AbortSignal, work: Promise<void>): Promise<void> {
  const over = new AbortController()
  const stop = (): void => over.abort()
  signal.addEventListener('abort', stop, { once: true })
  // What comes after it was given up is of no use, and must not end the process.
  work.catch(() => undefined)
  try {
    await Promise.race([
      work,
      wait(ms, undefined, { signal: over.signal }).then(() => {
        throw new Error(`nothing came for ${ms / 1_000} s`)
      }),
    ])
  } finally {
    over.abort()
    signal.removeEventListener('abort', stop)
  }
}

function candleOf(row: CcxtCandle): Candle[] {
  const [openTimeMs, open, high, low, close, volume = 0] = row
  if (openTimeMs === undefined || open === undefined || high === undefined) return []
  if (low === undefined || close === undefined) return []
  return [{ openTimeMs, open, high, low, close, volume }]
}
