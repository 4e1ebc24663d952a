import { stepsToNumber } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'

/** Where the venue keeps an order; see {@link LaneOrders}. `hand`: it is being dealt with. */
export type Shelf = 'hand' | 'newcomers' | 'takers' | 'rising' | 'falling' | 'trailing' | 'byMark'

/** An order at the simulated venue, with what the venue alone knows about it. */
export class RestingOrder {
  readonly order: Order
  /** Its age: orders that came earlier have smaller numbers, and an amended one gets a new number. */
  sequence: number
  /** First instant at which the venue can act on it. */
  activeFromMs: number
  shelf: Shelf = 'hand'
  /** True once it has met a price: from then on it is a maker. */
  arrived = false
  /** Last bar in which it took what there was, because it came beyond the market or was set off there; -1 for none. */
  takingBar = -1
  /** True once a stop or take-profit has been set off. */
  triggered = false
  /** True once it has left the venue's book. */
  gone = false
  /** True once its time is up inside the bar being played: it acts no more and goes when the bar ends. */
  lapsed = false
  /** Limit as it rests; NaN where the type has none. */
  limitPrice = Number.NaN
  /** Price at which something happens, and whether price must rise (1) or fall (-1) to it. */
  reachPrice = Number.NaN
  reachDirection: 1 | -1 = 1
  /** Level of a trailing stop; NaN before it is active. */
  level = Number.NaN
  /** Bar inside which it came to the market; -1 where it came at an open. */
  joinedBar = -1
  /** Lots that came inside bar `freshBar` with a fill of its group's entry, and may not trade in that bar. */
  freshLots = 0
  freshBar = -1
  /** Lots of an iceberg that traded in bar `shownBar` after it had come to rest. */
  shownLots = 0
  shownBar = -1
  /** Bar in which a member of its group was set off by the mark price; -1 where none was. */
  rivalBar = -1
  /** What a unit gains against the close of the bar being played; set while it waits for its turn. */
  gain = 0
  /** What decides its turn: its gain, or for an entry that of the worst exit that it may bring. */
  rank = 0

  constructor(order: Order, sequence: number, activeFromMs: number, throughTicks: number) {
    this.order = order
    this.sequence = sequence
    this.activeFromMs = activeFromMs
    if (order.type !== 'market') this.plan(throughTicks)
  }

  /** True when it now trades like a market order: at whatever price there is. */
  get takesAnyPrice(): boolean {
    const { type } = this.order
    return (
      type === 'market' ||
      (this.triggered && (type === 'stop-market' || type === 'take-profit' || type === 'trailing-stop'))
    )
  }

  /** True when it now is a limit order. */
  get isLimit(): boolean {
    const { type } = this.order
    return type === 'limit' || (this.triggered && (type === 'stop-limit' || type === 'take-profit-limit'))
  }

  /** True while it still waits for the mark price. */
  get waitsForMark(): boolean {
    return !this.triggered && this.order.special.triggerBy === 'mark'
  }

  /** True for a stop, which protects what it closes; false for a target. */
  get isProtective(): boolean {
    const { type } = this.order
    return type === 'stop-market' || type === 'stop-limit' || type === 'trailing-stop'
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
      const isTarget = order.type === 'take-profit' || order.type === 'take-profit-limit'
      this.reachDirection = buy === isTarget ? -1 : 1
      this.reachPrice = order.type === 'trailing-stop' ? this.level : order.triggerPrice
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

  /** True when there is something of it that may trade in bar `bar`; what closes the position has its size only then. */
  canTrade(bar: number): boolean {
    return this.tradableLots(bar, false) > 0 || (this.order.special.closePosition && !this.triggered)
  }

  /** Most lots that may trade in bar `bar`: without those that came inside it, and of an iceberg that rests one slice. */
  tradableLots(bar: number, rests: boolean): number {
    const { remainingLots, special } = this.order
    const lots = this.freshBar === bar ? remainingLots - this.freshLots : remainingLots
    if (!rests || special.displayLots === Infinity) return lots
    return Math.min(lots, special.displayLots - (this.shownBar === bar ? this.shownLots : 0))
  }

  /** Counts lots that traded in a bar after it had come to rest. */
  show(lots: number, bar: number): void {
    if (this.order.special.displayLots === Infinity) return
    this.shownLots = (this.shownBar === bar ? this.shownLots : 0) + lots
    this.shownBar = bar
  }

  /** Notes lots that came inside a bar and may not trade in it. */
  keepFresh(lots: number, bar: number): void {
    this.freshLots = (this.freshBar === bar ? this.freshLots : 0) + lots
    this.freshBar = bar
  }
}
