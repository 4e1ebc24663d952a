import { type ExchangeClock, TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import type { BybitMarket } from '../bybit-market.ts'
import { tickerRow } from '../ticker-row.ts'
import { type Topic, type TopicListener, TopicListeners } from './topic.ts'

const PERIOD_MS = { spot: 50, linear: 100 } as const

/** Fields of the REST row that the spot stream leaves out. */
const NOT_ON_SPOT = ['bid1Price', 'bid1Size', 'ask1Price', 'ask1Size']

/** The ticker of a market: on derivatives a snapshot and then only what changed, on spot always the whole. */
export class TickerTopic implements Topic {
  readonly #name: string
  readonly #market: BybitMarket
  readonly #clock: ExchangeClock
  readonly #listeners: TopicListeners
  #sent: Readonly<Record<string, string>> = {}
  #sequence = 24_987_956_059

  constructor(name: string, market: BybitMarket, clock: ExchangeClock) {
    this.#name = name
    this.#market = market
    this.#clock = clock
    this.#listeners = new TopicListeners(() => {
      this.#sent = this.#row()
      return clock.every(PERIOD_MS[market.category], () => this.#publish(), TIMER_RANK.publish)
    })
  }

  add(listener: TopicListener): void {
    this.#listeners.add(listener)
    listener.send(this.#message('snapshot', this.#sent))
  }

  remove(listener: TopicListener): void {
    this.#listeners.remove(listener)
  }

  #publish(): void {
    const row = this.#row()
    const changed = Object.entries(row).filter(([name, value]) => this.#sent[name] !== value)
    if (changed.length === 0) return
    this.#sent = row
    const isSpot = this.#market.category === 'spot'
    const data = isSpot ? row : { symbol: this.#market.symbol, ...Object.fromEntries(changed) }
    this.#listeners.send(this.#message(isSpot ? 'snapshot' : 'delta', data))
  }

  #row(): Readonly<Record<string, string>> {
    const row = tickerRow(this.#market, this.#clock.nowMs())
    if (this.#market.category !== 'spot') return row
    return Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_ON_SPOT.includes(name)))
  }

  #message(type: string, data: object): object {
    this.#sequence += 1
    return { topic: this.#name, type, data, cs: this.#sequence, ts: this.#clock.nowMs() }
  }
}
