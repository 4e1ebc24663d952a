import type { Order } from './order.ts'

/** Least number of places before holes are closed. */
const CLOSE_FROM = 64

/**
 * Orders that are not final, oldest first.
 *
 * A strategy may have hundreds, and replaces them bar after bar: adding and removing are O(1), amortised. A removed order
 * leaves a hole; holes are closed when they are more than half.
 */
export class OpenOrders {
  #places: (Order | undefined)[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(order: Order): void {
    order.openIndex = this.#places.length
    this.#places.push(order)
    this.#count++
  }

  remove(order: Order): void {
    const places = this.#places
    if (order.openIndex === places.length - 1) places.pop()
    else places[order.openIndex] = undefined
    this.#count--
    if (places.length >= CLOSE_FROM && places.length > 2 * this.#count) this.#closeHoles()
  }

  /** Those that a condition holds for, as a copy. */
  filter(holds: (order: Order) => boolean): Order[] {
    const found: Order[] = []
    for (const order of this.#places) if (order !== undefined && holds(order)) found.push(order)
    return found
  }

  #closeHoles(): void {
    const places: Order[] = []
    for (const order of this.#places) {
      if (order === undefined) continue
      order.openIndex = places.length
      places.push(order)
    }
    this.#places = places
  }
}
