import type { Order } from '@kestrel/kernel'
import type { Lane } from './lane.ts'
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
  #high = Number.NaN
  #low = Number.NaN
  #isAmple = false

  /**
   * Sorts what is in {@link orders}.
   *
   * @param lane - For its bar.
   * @param isAmple - True where the bar has volume for all of them: an entry then comes no later than the worst exit that it
   *   brings, so that the exit finds the position that others of the bar may also take.
   */
  start({ high, low, close }: Lane, isAmple: boolean): void {
    this.#close = close
    this.#high = high
    this.#low = low
    this.#isAmple = isAmple
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
    resting.rank = this.#isAmple ? Math.min(resting.gain, this.#worstExit(resting.order)) : resting.gain
    let place = index
    while (place > from && isWorse(resting, orders[place - 1] as RestingOrder)) {
      orders[place] = orders[place - 1] as RestingOrder
      place--
    }
    orders[place] = resting
  }

  /** What a unit of the worst reduce-only stop loses that an entry may bring; infinity where it brings none. */
  #worstExit(order: Order): number {
    const { group } = order
    let worst = Infinity
    if (group === undefined || group.entry !== order || group.activeFrom === 'next-bar') return worst
    for (const { type, side, reduceOnly, triggerPrice, special } of group.members) {
      if (!reduceOnly || special.triggerBy === 'mark') continue
      const isSell = side === 'sell'
      // Where a trailing stop will be met is not known before its entry fills.
      let price = isSell ? this.#low : this.#high
      if (type === 'stop-market' && (isSell ? triggerPrice >= price : triggerPrice <= price)) price = triggerPrice
      else if (type !== 'trailing-stop') continue
      const gain = isSell ? price - this.#close : this.#close - price
      if (gain < 0) worst = Math.min(worst, gain)
    }
    return worst
  }
}

function isWorse(one: RestingOrder, other: RestingOrder): boolean {
  return one.rank < other.rank || (one.rank === other.rank && one.sequence < other.sequence)
}
