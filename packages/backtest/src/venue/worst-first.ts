import type { RestingOrder } from './resting-order.ts'

/**
 * Orders that one bar reached, in the order in which they trade: first the one that loses most, a unit, against the bar's
 * close. Ties go by age.
 *
 * Where orders compete for the bar's volume or the cash, or one of a group may trade, the one that hurts most wins. Orders
 * that depend on what others did before them are limited besides, see {@link ReductionLimit}.
 */
export class WorstFirst {
  readonly orders: RestingOrder[] = []
  #close = Number.NaN

  /** Sorts what is in {@link orders}. */
  start(close: number): void {
    this.#close = close
    const { orders } = this
    for (let i = 0; i < orders.length; i++) this.#sink(orders[i] as RestingOrder, i, 0)
  }

  /** Adds one that came up while those before index `from` have had their turn. */
  add(resting: RestingOrder, from: number): void {
    resting.shelf = 'hand'
    this.orders.push(resting)
    this.#sink(resting, this.orders.length - 1, from)
  }

  /** Moves the order at `index` down to its place, not before `from`. */
  #sink(resting: RestingOrder, index: number, from: number): void {
    const { orders } = this
    const { tradePrice } = resting
    resting.gain = resting.order.side === 'buy' ? this.#close - tradePrice : tradePrice - this.#close
    let place = index
    while (place > from && isWorse(resting, orders[place - 1] as RestingOrder)) {
      orders[place] = orders[place - 1] as RestingOrder
      place--
    }
    orders[place] = resting
  }
}

function isWorse(one: RestingOrder, other: RestingOrder): boolean {
  return one.gain < other.gain || (one.gain === other.gain && one.sequence < other.sequence)
}
