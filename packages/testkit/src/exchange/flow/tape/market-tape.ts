import type { TimeMs } from '@kestrel/core'
import type { BookEvent, ExchangeEvent, LiquidationEvent, MarkEvent } from '../../core/exchange-event.ts'
import type { MarketSideOfExchange } from '../../core/exchange-port.ts'
import type { Market, MarketId } from '../../core/market-spec.ts'
import { BarTape } from './bar-tape.ts'
import type { ExactBar } from './exact-bar.ts'
import { LevelBook } from './level-book.ts'
import { MarkTape } from './mark-tape.ts'
import type { PublicTrade } from './public-trade.ts'
import { TradeTape } from './trade-tape.ts'

export interface MarketTapeOptions {
  /** Price until the first trade, in ticks. */
  readonly openingTicks: number
  /** Minutes before the exchange opened, oldest first and without a gap. Default none. */
  readonly history?: readonly ExactBar[]
  /** Trades remembered; default 100,000. */
  readonly keptTrades?: number
  /**
   * Leaves the trades of accounts out of bars, tickers and the trade streams, so that a scripted market shows what was
   * scripted and nothing else. Default false.
   */
  readonly onlyForeignTrades?: boolean
  /** Rate of every settlement before the exchange opened, a fraction. Default 0.0001. */
  readonly pastFundingRate?: number
  /** Contracts that anonymous participants hold against one another, in lots. Default 0. */
  readonly foreignOpenInterestLots?: number
}

/** Hears a market in the order in which things happen. Every method is called after the tape holds the news. */
export interface TapeListener {
  onLevel?(event: BookEvent, isTouch: boolean): void
  onTrade?(trade: PublicTrade, isNewAggregate: boolean): void
  onMark?(event: MarkEvent): void
  onLiquidation?(event: LiquidationEvent): void
}

/** All that the public may know of one market: book, trades, bars, mark price. Dialects turn it into answers and frames. */
export class MarketTape {
  readonly market: Market
  readonly book: LevelBook
  readonly trades: TradeTape
  readonly bars: BarTape
  readonly marks: MarkTape
  readonly #listeners = new Set<TapeListener>()
  readonly #isHidden: (orderId: number) => boolean
  readonly #foreignOpenInterestLots: number
  /** Lots of each account's position, long above zero. */
  readonly #positions = new Map<string, number>()

  /**
   * @throws RangeError where the exchange does not have the market.
   */
  constructor(exchange: MarketSideOfExchange, marketId: MarketId, options: MarketTapeOptions) {
    const market = exchange.markets.get(marketId)
    if (market === undefined) throw new RangeError(`The exchange has no market ${marketId}.`)
    this.market = market
    const { lastUpdateId, bids, asks } = exchange.book(marketId, Number.MAX_SAFE_INTEGER)
    this.book = new LevelBook(lastUpdateId)
    for (const [ticks, lots] of bids) this.book.apply(lastUpdateId, 'buy', ticks, lots)
    for (const [ticks, lots] of asks) this.book.apply(lastUpdateId, 'sell', ticks, lots)
    this.trades = new TradeTape(options.keptTrades)
    this.marks = market.kind === 'linear' ? markHistory(market, options) : new MarkTape()
    this.bars = new BarTape(exchange.clock.nowMs(), options.openingTicks, options.history)
    this.#foreignOpenInterestLots = options.foreignOpenInterestLots ?? 0
    const accountOrders = new Set<number>()
    this.#isHidden = (orderId) => options.onlyForeignTrades === true && accountOrders.has(orderId)
    exchange.on((event) => {
      if (event.type === 'order' && options.onlyForeignTrades === true) accountOrders.add(event.order.orderId)
      else this.#hear(event)
    })
  }

  /** Adds a listener; the answer takes it off. */
  listen(listener: TapeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The bar of the last 24 hours, to the minute. */
  day(nowMs: TimeMs): ExactBar {
    return this.last(86_400_000, nowMs)
  }

  /** Everything of a span that ends now as one bar, to the minute. */
  last(spanMs: number, nowMs: TimeMs): ExactBar {
    const fromMs = Math.ceil((nowMs - spanMs) / 60_000) * 60_000
    return this.bars.span(fromMs, nowMs + 1)
  }

  /** Open contracts in lots: what anonymous participants hold, and what accounts hold more on one side than that covers. */
  get openInterestLots(): number {
    let long = 0
    let short = 0
    for (const lots of this.#positions.values()) {
      if (lots > 0) long += lots
      else short -= lots
    }
    return this.#foreignOpenInterestLots + Math.max(long, short)
  }

  #hear(event: ExchangeEvent): void {
    if (event.type === 'account') {
      for (const { marketId, positionSide, qtyLots } of event.positions) {
        if (marketId === this.market.id) this.#positions.set(`${event.accountId} ${positionSide}`, qtyLots)
      }
      return
    }
    if (!('marketId' in event) || event.marketId !== this.market.id) return
    switch (event.type) {
      case 'book': {
        const isTouch = this.book.apply(event.updateId, event.side, event.priceTicks, event.qtyLots)
        for (const listener of this.#listeners) listener.onLevel?.(event, isTouch)
        return
      }
      case 'trade': {
        if (this.#isHidden(event.buyOrderId) || this.#isHidden(event.sellOrderId)) return
        const { tradeId: id, tsMs, priceTicks, qtyLots, takerSide, buyOrderId, sellOrderId } = event
        const trade: PublicTrade = { id, tsMs, priceTicks, qtyLots, takerSide, buyOrderId, sellOrderId }
        const isNewAggregate = this.trades.append(trade)
        this.bars.append(trade)
        for (const listener of this.#listeners) listener.onTrade?.(trade, isNewAggregate)
        return
      }
      case 'mark':
        this.marks.mark(event)
        for (const listener of this.#listeners) listener.onMark?.(event)
        return
      case 'funding':
        this.marks.settle(event)
        return
      case 'liquidation':
        for (const listener of this.#listeners) listener.onLiquidation?.(event)
        return
      default:
    }
  }
}

/** Mark prices and settlements of the time before, as the bars tell it. */
function markHistory(market: Market, { history = [], pastFundingRate = 0.0001 }: MarketTapeOptions): MarkTape {
  const price = (ticks: number): number => (ticks * market.tick.mantissa) / market.tick.scale
  const minutes = history.map(({ openTimeMs, openTicks, highTicks, lowTicks, closeTicks }) => ({
    openTimeMs,
    open: price(openTicks),
    high: price(highTicks),
    low: price(lowTicks),
    close: price(closeTicks),
    samples: 60,
  }))
  const settlements = minutes
    .filter(({ openTimeMs }) => openTimeMs % market.fundingIntervalMs === 0)
    .map(({ openTimeMs, open }) => ({
      type: 'funding' as const,
      marketId: market.id,
      tsMs: openTimeMs,
      fundingRate: pastFundingRate,
      markPrice: open,
    }))
  return new MarkTape(minutes, settlements)
}
