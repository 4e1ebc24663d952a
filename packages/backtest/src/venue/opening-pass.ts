import type { TimeMs } from '@kestrel/core'
import { emptyList } from './empty-list.ts'
import type { Lane } from './lane.ts'
import type { RestingOrder } from './resting-order.ts'
import { trailAtOpen } from './trailing-stop.ts'

const FEW = 32

/** Finds the orders that meet the market at an open or a close, in the order in which they do: sells, then buys, by age. */
export class OpeningPass {
  readonly #fillsAtClose: boolean
  readonly #acting: RestingOrder[] = []

  /** @param fillsAtClose - Market orders meet the market at a close, not at an open. */
  constructor(fillsAtClose: boolean) {
    this.#fillsAtClose = fillsAtClose
  }

  /** Everything that acts as bars open: newcomers, what is left of orders that take any price, and what the gap has reached. */
  atOpen(opening: readonly Lane[]): readonly RestingOrder[] {
    emptyList(this.#acting)
    for (const lane of opening) {
      this.#gapped(lane)
      this.#newcomers(lane)
    }
    return this.#sorted()
  }

  /** Orders that have come since, as replies or as members of groups. */
  arrivals(opening: readonly Lane[]): readonly RestingOrder[] {
    emptyList(this.#acting)
    for (const lane of opening) this.#newcomers(lane)
    return this.#sorted()
  }

  /** Market orders at a close. */
  atClose(lanes: readonly Lane[], timeMs: TimeMs): readonly RestingOrder[] {
    emptyList(this.#acting)
    for (const lane of lanes) {
      if (lane.orders.count === 0 || !lane.closesAt(timeMs)) continue
      this.#atClose(lane, lane.orders.takers, timeMs)
      this.#atClose(lane, lane.orders.newcomers, timeMs)
    }
    return this.#sorted()
  }

  #atClose(lane: Lane, orders: readonly RestingOrder[], timeMs: TimeMs): void {
    // Backwards, because those that act leave the list; they are sorted afterwards.
    for (let i = orders.length - 1; i >= 0; i--) {
      const each = orders[i] as RestingOrder
      if (each.order.type === 'market' && each.activeFromMs <= timeMs) this.#take(lane, each)
    }
  }

  #gapped(lane: Lane): void {
    const { orders, open, marks } = lane
    if (orders.takers.length > 0) {
      for (const each of orders.takers.slice()) if (this.#isAtOpen(each)) this.#take(lane, each)
    }
    orders.rising.takeReached(open, this.#acting)
    orders.falling.takeReached(open, this.#acting)
    if (orders.trailing.length > 0) {
      for (const each of orders.trailing.slice()) {
        trailAtOpen(each, open)
        if (!each.lapsed && each.reachedAt(open)) this.#take(lane, each)
      }
    }
    if (orders.byMark.length === 0) return
    const mark = marks?.open[lane.bar] ?? open
    for (const each of orders.byMark.slice()) if (!each.lapsed && each.reachedAt(mark)) this.#take(lane, each)
  }

  #newcomers(lane: Lane): void {
    const { newcomers } = lane.orders
    if (newcomers.length === 0) return
    const { openTimeMs, open } = lane
    let waiting = 0
    for (let i = 0; i < newcomers.length; i++) {
      const each = newcomers[i] as RestingOrder
      if (each.activeFromMs > openTimeMs || !this.#isAtOpen(each)) newcomers[waiting++] = each
      else {
        if (each.order.type === 'trailing-stop' && !each.triggered) trailAtOpen(each, open)
        each.shelf = 'hand'
        this.#acting.push(each)
      }
    }
    while (newcomers.length > waiting) newcomers.pop()
  }

  #isAtOpen({ lapsed, order }: RestingOrder): boolean {
    return !lapsed && (order.type !== 'market' || !this.#fillsAtClose)
  }

  #take(lane: Lane, resting: RestingOrder): void {
    lane.orders.takeOff(resting)
    this.#acting.push(resting)
  }

  #sorted(): readonly RestingOrder[] {
    const acting = this.#acting
    // Mostly a handful, which is sorted in place without calls.
    if (acting.length > FEW) return acting.sort(bySideThenAge)
    for (let i = 1; i < acting.length; i++) {
      const each = acting[i] as RestingOrder
      let place = i
      while (place > 0 && bySideThenAge(acting[place - 1] as RestingOrder, each) > 0) {
        acting[place] = acting[place - 1] as RestingOrder
        place--
      }
      acting[place] = each
    }
    return acting
  }
}

/** Sells before buys, so that their money can be spent; then by instrument, then by age. */
function bySideThenAge(one: RestingOrder, other: RestingOrder): number {
  const { order } = one
  if (order.side !== other.order.side) return order.side === 'sell' ? -1 : 1
  return order.instrumentIndex - other.order.instrumentIndex || one.sequence - other.sequence
}
