import type { Order } from './order.ts'

const STATE_CHANGE = -1
/** A change of state that has been told since, with a later one. */
const TOLD = -2

/** Who is told what happened to an order. */
export interface OrderListener {
  onFill(order: Order, fillIndex: number): void
  onOrder(order: Order): void
}

/** What strategies have still to be told while a venue holds events back, in the order in which it happened. */
export class HeldEvents {
  readonly #listener: OrderListener
  readonly #orders: Order[] = []
  /** Index of the fill, {@link STATE_CHANGE} for a change of state. */
  readonly #fills: number[] = []
  #isHolding = false

  constructor(listener: OrderListener) {
    this.#listener = listener
  }

  hold(): void {
    this.#isHolding = true
  }

  filled(order: Order, fillIndex: number): void {
    if (this.#isHolding) this.#add(order, fillIndex)
    else this.#listener.onFill(order, fillIndex)
  }

  changed(order: Order): void {
    if (!this.#isHolding) {
      if (this.#orders.length > 0) this.#forget(order)
      this.#listener.onOrder(order)
    }
    // Told once, as it stands then: what it went through in between was never to be seen.
    else if (!this.#isChanged(order)) this.#add(order, STATE_CHANGE)
  }

  tell(): void {
    this.#isHolding = false
    const orders = this.#orders
    if (orders.length === 0) return
    for (let i = 0; i < orders.length; i++) {
      const order = orders[i] as Order
      const fillIndex = this.#fills[i] as number
      if (fillIndex === TOLD) continue
      if (fillIndex !== STATE_CHANGE) this.#listener.onFill(order, fillIndex)
      // That it was set off on its way to being filled is told by the fill.
      else if (order.state !== 'filled') this.#listener.onOrder(order)
    }
    while (orders.length > 0) orders.pop()
    while (this.#fills.length > 0) this.#fills.pop()
  }

  #add(order: Order, fillIndex: number): void {
    this.#orders.push(order)
    this.#fills.push(fillIndex)
  }

  /** What a reply to an earlier event has changed further is told with that; once is enough. */
  #forget(order: Order): void {
    this.#orders.forEach((each, i) => {
      if (each === order && this.#fills[i] === STATE_CHANGE) this.#fills[i] = TOLD
    })
  }

  #isChanged(order: Order): boolean {
    for (let i = this.#orders.length - 1; i >= 0; i--) {
      if (this.#orders[i] === order && this.#fills[i] === STATE_CHANGE) return true
    }
    return false
  }
}
