import { stepsToNumber } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'

/** An order at the simulated venue, with what the venue alone knows about it. */
export class RestingOrder {
  readonly order: Order
  /** First instant at which the venue can act on it. */
  readonly activeFromMs: number
  /** True once it has met a price: from then on it is a maker. */
  arrived = false
  /** True once a stop or take-profit has been set off. */
  triggered = false
  /** True once it has left the venue's book, or another stands in its place. */
  gone = false
  /** True once its time is up inside the bar being played: it acts no more and goes when the bar ends. */
  lapsed = false
  /** Limit as it rests; NaN where the type has none. */
  limitPrice = Number.NaN
  /** Price at which something happens, and whether price must rise (1) or fall (-1) to it. */
  reachPrice = Number.NaN
  reachDirection: 1 | -1 = 1

  constructor(order: Order, activeFromMs: number, throughTicks: number) {
    this.order = order
    this.activeFromMs = activeFromMs
    if (order.type !== 'market') this.plan(throughTicks)
  }

  /** True when it now trades like a market order: at whatever price there is. */
  get takesAnyPrice(): boolean {
    return (
      this.order.type === 'market' ||
      (this.triggered && (this.order.type === 'stop-market' || this.order.type === 'take-profit'))
    )
  }

  /** True when it now is a limit order. */
  get isLimit(): boolean {
    return this.order.type === 'limit' || (this.triggered && this.order.type === 'stop-limit')
  }

  /** Works out where price must go for the next thing to happen to it. */
  plan(throughTicks: number): void {
    const { order } = this
    const buy = order.side === 'buy'
    this.limitPrice = order.limitPrice
    if (this.isLimit) {
      this.reachDirection = buy ? -1 : 1
      this.reachPrice = stepsToNumber(order.limitTicks + (buy ? -throughTicks : throughTicks), order.instrument.tick)
    } else {
      // A stop buys into a rise and sells into a fall; a take-profit does the opposite.
      this.reachDirection = buy === (order.type === 'take-profit') ? -1 : 1
      this.reachPrice = order.triggerPrice
    }
  }

  /** Price at which it would trade if price came to {@link reachPrice}, before spread and slippage. */
  get tradePrice(): number {
    return this.isLimit ? this.limitPrice : this.reachPrice
  }

  /** True when `price` is at or beyond the price that sets it off. */
  reachedAt(price: number): boolean {
    return this.reachDirection === 1 ? price >= this.reachPrice : price <= this.reachPrice
  }
}
