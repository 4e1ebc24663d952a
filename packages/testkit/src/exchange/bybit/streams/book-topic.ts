import type { Side } from '../../core/order-types.ts'
import { type ExchangeClock, TIMER_RANK } from '../../flow/clock/exchange-clock.ts'
import type { BybitMarket } from '../bybit-market.ts'
import { type Topic, type TopicListener, TopicListeners } from './topic.ts'

/** Time between two messages by depth. Source: Bybit v5 documentation, "Orderbook" stream. */
const PERIODS_MS: Readonly<Record<number, number>> = { 1: 10, 50: 20, 200: 100, 500: 100, 1000: 200 }

/** Depths that can be had. */
export const BOOK_DEPTHS: readonly number[] = Object.keys(PERIODS_MS).map(Number)

type Levels = ReadonlyMap<number, number>

/**
 * The best levels of a market: a snapshot at first, then what changed, numbered without a gap in `u`. A level that leaves the
 * depth is removed with quantity 0. Depth 1 is always sent whole.
 */
export class BookTopic implements Topic {
  readonly #name: string
  readonly #market: BybitMarket
  readonly #depth: number
  readonly #clock: ExchangeClock
  readonly #listeners: TopicListeners
  #sent: Readonly<Record<Side, Levels>> = { buy: new Map(), sell: new Map() }
  #updateId = 0
  #hasChanged = false

  constructor(name: string, market: BybitMarket, depth: number, clock: ExchangeClock) {
    this.#name = name
    this.#market = market
    this.#depth = depth
    this.#clock = clock
    this.#listeners = new TopicListeners(() => this.#start())
  }

  add(listener: TopicListener): void {
    this.#listeners.add(listener)
    listener.send(this.#snapshot())
  }

  remove(listener: TopicListener): void {
    this.#listeners.remove(listener)
  }

  #start(): () => void {
    this.#sent = this.#present()
    this.#updateId = this.#market.tape.book.updateId + 1
    const stopListening = this.#market.tape.listen({ onLevel: () => (this.#hasChanged = true) })
    const stopTimer = this.#clock.every(PERIODS_MS[this.#depth] ?? 100, () => this.#publish(), TIMER_RANK.publish)
    return () => {
      stopListening()
      stopTimer()
    }
  }

  #publish(): void {
    if (!this.#hasChanged) return
    this.#hasChanged = false
    const present = this.#present()
    const changed = { b: this.#changes('buy', present.buy), a: this.#changes('sell', present.sell) }
    if (changed.b.length === 0 && changed.a.length === 0) return
    this.#sent = present
    this.#updateId += 1
    this.#listeners.send(this.#depth === 1 ? this.#snapshot() : this.#message('delta', changed))
  }

  #present(): Readonly<Record<Side, Levels>> {
    const side = (of: Side): Levels =>
      new Map(this.#market.tape.book.top(of, this.#depth).map(({ priceTicks, qtyLots }) => [priceTicks, qtyLots]))
    return { buy: side('buy'), sell: side('sell') }
  }

  #changes(side: Side, present: Levels): string[][] {
    const before = this.#sent[side]
    const rows: string[][] = []
    for (const ticks of before.keys()) if (!present.has(ticks)) rows.push(this.#level(ticks, 0))
    for (const [ticks, lots] of present) if (before.get(ticks) !== lots) rows.push(this.#level(ticks, lots))
    return rows
  }

  #snapshot(): object {
    const side = (levels: Levels): string[][] => [...levels].map(([ticks, lots]) => this.#level(ticks, lots))
    return this.#message('snapshot', { b: side(this.#sent.buy), a: side(this.#sent.sell) })
  }

  #level(ticks: number, lots: number): string[] {
    return [this.#market.price(ticks), this.#market.qty(lots)]
  }

  #message(type: 'snapshot' | 'delta', sides: { readonly b: string[][]; readonly a: string[][] }): object {
    const nowMs = this.#clock.nowMs()
    const data = { s: this.#market.symbol, ...sides, u: this.#updateId, seq: this.#market.tape.book.updateId }
    return { topic: this.#name, ts: nowMs, type, data, cts: nowMs }
  }
}
