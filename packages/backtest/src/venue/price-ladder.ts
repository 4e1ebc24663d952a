import type { Side } from '@kestrel/kernel'
import type { RestingOrder } from './resting-order.ts'

/**
 * Orders of one instrument that wait for price to rise (1) or fall (-1) to them, the nearest last.
 *
 * A bar that reaches none of them costs one comparison, however many there are; one that reaches k costs O(k). Adding and
 * removing are O(log n) comparisons and a shift of those that are nearer.
 */
export class PriceLadder {
  readonly #direction: 1 | -1
  readonly #orders: RestingOrder[] = []

  constructor(direction: 1 | -1) {
    this.#direction = direction
  }

  get count(): number {
    return this.#orders.length
  }

  add(order: RestingOrder): void {
    const orders = this.#orders
    const index = this.#placeOf(order)
    orders.push(order)
    for (let i = orders.length - 1; i > index; i--) orders[i] = orders[i - 1] as RestingOrder
    orders[index] = order
  }

  /** Takes an order out; one that is not here is left alone. */
  remove(order: RestingOrder): void {
    const orders = this.#orders
    const index = this.#placeOf(order)
    if (orders[index] !== order) return
    for (let i = index + 1; i < orders.length; i++) orders[i - 1] = orders[i] as RestingOrder
    orders.pop()
  }

  /** Takes out those that are reached at `price`, except those whose time is up, and appends them to `taken`. */
  takeReached(price: number, taken: RestingOrder[]): void {
    const orders = this.#orders
    if (orders.length === 0 || !(orders[orders.length - 1] as RestingOrder).reachedAt(price)) return
    let kept: RestingOrder[] | undefined
    for (let index = orders.length - 1; index >= 0; index--) {
      const next = orders[index] as RestingOrder
      if (!next.reachedAt(price)) break
      orders.pop()
      if (next.lapsed) (kept ??= []).push(next)
      else {
        next.shelf = 'hand'
        taken.push(next)
      }
    }
    if (kept !== undefined) for (const each of kept) this.add(each)
  }

  /** Appends those that are reached at `price` to `found` and leaves them here. */
  findReached(price: number, found: RestingOrder[]): void {
    for (let i = this.#orders.length - 1; i >= 0; i--) {
      const each = this.#orders[i] as RestingOrder
      if (!each.reachedAt(price)) return
      if (!each.lapsed) found.push(each)
    }
  }

  /** Limit orders of a side whose limit is at `price` or nearer and which are reached at `beyond` or before. */
  limitsWithin(side: Side, price: number, beyond: number): readonly RestingOrder[] {
    const found: RestingOrder[] = []
    for (let i = this.#orders.length - 1; i >= 0; i--) {
      const each = this.#orders[i] as RestingOrder
      if (!each.reachedAt(beyond)) break
      const isWithin = this.#direction === 1 ? each.limitPrice <= price : each.limitPrice >= price
      if (each.isLimit && each.order.side === side && isWithin && !each.lapsed) found.push(each)
    }
    return found
  }

  /** Index of an order, or where it would stand: farthest first, of equals the youngest first. */
  #placeOf({ reachPrice, sequence }: RestingOrder): number {
    const orders = this.#orders
    let low = 0
    let high = orders.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const each = orders[middle] as RestingOrder
      const farther = (each.reachPrice - reachPrice) * this.#direction
      if (farther > 0 || (farther === 0 && each.sequence > sequence)) low = middle + 1
      else high = middle
    }
    return low
  }
}
