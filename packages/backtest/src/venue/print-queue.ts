import type { PrintBars } from './print-bars.ts'
import type { QueueAhead } from './queue-ahead.ts'

/** What a resting limit order is to its place in the queue. */
export interface QueuedOrder {
  readonly order: { readonly side: 'buy' | 'sell' }
  /** First instant at which it can rest. */
  readonly activeFromMs: number
  readonly limitPrice: number
  /** Its age; another one once it was amended. */
  readonly sequence: number
}

interface Place {
  readonly sequence: number
  readonly limitPrice: number
  /** Base units that have to trade at the price before the order does. */
  ahead: number
  /** Bar that has been counted, and what it has left for the order. */
  bar: number
  left: number
}

/**
 * Where resting limit orders stand in the queue. Trades at the price first serve those who stand before us; what is left of
 * a bar is ours. A trade through the price means that everybody at it was served.
 */
export class PrintQueue {
  readonly #prints: PrintBars
  readonly #ahead: QueueAhead
  readonly #places = new WeakMap<QueuedOrder, Place>()

  constructor(prints: PrintBars, ahead: QueueAhead) {
    this.#prints = prints
    this.#ahead = ahead
  }

  /**
   * Base units that bar `bar` offers to an order at its limit; infinite where trades went through the price. Ask in order
   * of bars. Bars in which nothing trades at the price need not be asked for.
   */
  offered(resting: QueuedOrder, bar: number): number {
    const place = this.#placeOf(resting)
    if (place.bar !== bar) this.#count(place, resting.order.side === 'buy', bar)
    return place.left
  }

  /** Takes base units off what a bar has left for an order. */
  use(resting: QueuedOrder, bar: number, quantity: number): void {
    const place = this.#placeOf(resting)
    if (place.bar === bar) place.left -= quantity
  }

  #placeOf(resting: QueuedOrder): Place {
    const { activeFromMs, limitPrice, sequence } = resting
    const found = this.#places.get(resting)
    // An order that was amended stands at the end again.
    if (found?.sequence === sequence) return found
    const ahead = this.#ahead.aheadAt(limitPrice, activeFromMs * 1_000)
    const place: Place = { sequence, limitPrice, ahead, bar: -1, left: 0 }
    this.#places.set(resting, place)
    return place
  }

  #count(place: Place, isBuy: boolean, bar: number): void {
    const { trades, firstTrade } = this.#prints
    const { price, quantity } = trades
    const { limitPrice } = place
    let atPrice = 0
    let through = false
    for (let i = firstTrade[bar] as number; i < (firstTrade[bar + 1] as number); i++) {
      const traded = price[i] as number
      if (traded === limitPrice) atPrice += quantity[i] as number
      else if (isBuy ? traded < limitPrice : traded > limitPrice) through = true
    }
    place.bar = bar
    place.left = through ? Infinity : Math.max(0, atPrice - place.ahead)
    place.ahead = through ? 0 : Math.max(0, place.ahead - atPrice)
  }
}
