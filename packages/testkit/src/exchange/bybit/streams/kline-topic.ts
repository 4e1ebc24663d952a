import { type ExchangeClock, TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import { barEnd, type BarLength, type ExactBar } from '../../flow/tape/exact-bar.ts'
import type { BybitMarket } from '../bybit-market.ts'
import { type Topic, type TopicListener, TopicListeners } from './topic.ts'

const PERIOD_MS = 1_000

/** Bars of a market: the present one each second, and once with `confirm: true` when it is over. */
export class KlineTopic implements Topic {
  readonly #name: string
  readonly #market: BybitMarket
  readonly #interval: string
  readonly #length: BarLength
  readonly #clock: ExchangeClock
  readonly #listeners: TopicListeners
  #present: ExactBar

  constructor(name: string, market: BybitMarket, interval: string, length: BarLength, clock: ExchangeClock) {
    this.#name = name
    this.#market = market
    this.#interval = interval
    this.#length = length
    this.#clock = clock
    this.#present = this.#barNow()
    this.#listeners = new TopicListeners(() => {
      this.#present = this.#barNow()
      return clock.every(PERIOD_MS, () => this.#publish(), TIMER_RANK.publish)
    })
  }

  add(listener: TopicListener): void {
    this.#listeners.add(listener)
    listener.send(this.#message(this.#present, false))
  }

  remove(listener: TopicListener): void {
    this.#listeners.remove(listener)
  }

  #publish(): void {
    const { openTimeMs } = this.#present
    this.#present = this.#barNow()
    if (this.#present.openTimeMs !== openTimeMs) {
      const done = this.#market.tape.bars.barAt(openTimeMs, this.#length)
      this.#listeners.send(this.#message(done, true))
    }
    this.#listeners.send(this.#message(this.#present, false))
  }

  #barNow(): ExactBar {
    return this.#market.tape.bars.barAt(this.#clock.nowMs(), this.#length)
  }

  #message(bar: ExactBar, confirm: boolean): object {
    const nowMs = this.#clock.nowMs()
    const data = {
      start: bar.openTimeMs,
      end: barEnd(bar.openTimeMs, this.#length) - 1,
      interval: this.#interval,
      open: this.#market.price(bar.openTicks),
      close: this.#market.price(bar.closeTicks),
      high: this.#market.price(bar.highTicks),
      low: this.#market.price(bar.lowTicks),
      volume: this.#market.qty(bar.lots),
      turnover: this.#market.value(bar.quote),
      confirm,
      timestamp: nowMs,
    }
    return { topic: this.#name, data: [data], ts: nowMs, type: 'snapshot' }
  }
}
