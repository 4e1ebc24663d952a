import type { ExchangeClock } from '../../flow/clock/exchange-clock.ts'
import { barLengthOf } from '../market-endpoints.ts'
import type { BybitMarket, BybitMarkets } from '../bybit-market.ts'
import { BOOK_DEPTHS, BookTopic } from './book-topic.ts'
import { KlineTopic } from './kline-topic.ts'
import { LiquidationTopic } from './liquidation-topic.ts'
import { TickerTopic } from './ticker-topic.ts'
import type { Topic } from './topic.ts'
import { TradeTopic } from './trade-topic.ts'

/** The public topics of a category, made when somebody first asks for them. */
export class PublicTopics {
  readonly #markets: BybitMarkets
  readonly #clock: ExchangeClock
  readonly #topics = new Map<string, Topic>()

  constructor(markets: BybitMarkets, clock: ExchangeClock) {
    this.#markets = markets
    this.#clock = clock
  }

  /** The topic of a name such as `orderbook.50.BTCUSDT`; undefined where there is none. */
  find(category: string, name: string): Topic | undefined {
    const key = `${category} ${name}`
    const known = this.#topics.get(key)
    if (known !== undefined) return known
    const [kind = '', ...rest] = name.split('.')
    const market = this.#markets.find(category, rest.at(-1) ?? '')
    const topic = market === undefined ? undefined : this.#make(name, kind, rest, market)
    if (topic !== undefined) this.#topics.set(key, topic)
    return topic
  }

  #make(name: string, kind: string, rest: readonly string[], market: BybitMarket): Topic | undefined {
    const argument = rest.length === 2 ? (rest[0] ?? '') : undefined
    if (argument !== undefined && kind === 'orderbook' && BOOK_DEPTHS.includes(Number(argument)))
      return new BookTopic(name, market, Number(argument), this.#clock)
    if (argument !== undefined && kind === 'kline') {
      const length = barLengthOf(argument)
      return length === undefined ? undefined : new KlineTopic(name, market, argument, length, this.#clock)
    }
    if (argument !== undefined) return undefined
    if (kind === 'publicTrade') return new TradeTopic(name, market)
    if (kind === 'tickers') return new TickerTopic(name, market, this.#clock)
    if (kind === 'allLiquidation' && market.category === 'linear') return new LiquidationTopic(name, market)
    return undefined
  }
}
