import type { TimeMs } from '@kestrel/core'
import type { AccountView, Order } from '@kestrel/kernel'
import { emptyList } from './empty-list.ts'
import type { Executor } from './executor.ts'
import type { Lane } from './lane.ts'
import type { Meeting } from './meeting.ts'
import { ReductionLimit } from './reduction-limit.ts'
import type { RestingOrder } from './resting-order.ts'
import { trailAtEnd, trailFromEntry, trailThroughBar } from './trailing-stop.ts'
import { WorstFirst } from './worst-first.ts'

/**
 * What the range of a bar does to the orders that rest in it.
 *
 * A bar does not say in which order prices came. Every order that rested from its open and whose price it reached trades,
 * worst first, see {@link WorstFirst} and, for those that depend on what others did before, {@link ReductionLimit}.
 *
 * An entry that fills inside it brings its group's members with it: a stop counts as met where the bar's range reaches it, a
 * target only where the bar closed beyond it. That is the worst of all paths: had the stop not been met, the position would
 * be worth the target or the close, both better; and a target that the close has passed was met on every path after the
 * entry. What the entry's own price has passed already acts there, and never at a better price.
 */
export class BarPlay {
  readonly #executor: Executor
  readonly #meeting: Meeting
  readonly #restingOf: (order: Order) => RestingOrder | undefined
  readonly #queue = new WorstFirst()
  readonly #reductions: ReductionLimit
  /** The lane whose bar is being played. */
  #lane: Lane | undefined
  /** Index in the queue of the order whose turn it is. */
  #turn = 0

  constructor(
    account: AccountView,
    executor: Executor,
    meeting: Meeting,
    restingOf: (order: Order) => RestingOrder | undefined,
  ) {
    this.#reductions = new ReductionLimit(account)
    this.#executor = executor
    this.#meeting = meeting
    this.#restingOf = restingOf
  }

  isPlaying(lane: Lane): boolean {
    return this.#lane === lane
  }

  play(lane: Lane): void {
    const { orders, high, low, lastCloseMs } = lane
    const reached = this.#queue.orders
    this.#lane = lane
    emptyList(reached)
    orders.rising.takeReached(high, reached)
    orders.falling.takeReached(low, reached)
    if (reached.length > 0) this.#leaveBehind(lane, reached)
    if (orders.trailing.length > 0) this.#setOffTrailing(lane, reached)
    if (orders.byMark.length > 0) this.#setOffByMark(lane)
    if (reached.length > 0) this.#serveQueue(lane, lastCloseMs)
    for (const each of orders.trailing) if (each.joinedBar !== lane.bar) trailAtEnd(each, lane)
    this.#lane = undefined
  }

  /**
   * Puts back the orders whose price the bar jumped at its open and never came back to: what they could get they got at the
   * open. A post-only order alone trades at its own price, wherever that lies.
   */
  #leaveBehind(lane: Lane, reached: RestingOrder[]): void {
    let kept = 0
    for (const each of reached) {
      if (isBehind(each, lane)) lane.orders.shelve(each)
      else reached[kept++] = each
    }
    while (reached.length > kept) reached.pop()
  }

  /** Orders that the bar reaches, as they are before it is played. */
  reached(lane: Lane): readonly RestingOrder[] {
    const found: RestingOrder[] = []
    lane.orders.rising.findReached(lane.high, found)
    lane.orders.falling.findReached(lane.low, found)
    // One that the bar wakes up may have been asleep until after the liquidation.
    for (const each of lane.orders.trailing) {
      if (!Number.isNaN(each.level) && this.#isTrailingMet(lane, each)) found.push(each)
    }
    return found
      .filter((each) => each.canTrade(lane.bar) && !isBehind(each, lane))
      .sort((a, b) => a.sequence - b.sequence)
  }

  /** Lets one order that the bar reaches trade before the others, and what its fill brings with it. */
  serve(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    const { orders } = this.#queue
    emptyList(orders)
    this.#lane = lane
    lane.orders.takeOff(resting)
    orders.push(resting)
    this.#serveQueue(lane, timeMs)
    this.#lane = undefined
  }

  #serveQueue(lane: Lane, timeMs: TimeMs): void {
    const { orders } = this.#queue
    this.#queue.start(lane, this.#executor.hasVolumeForAll(lane, orders))
    // An entry may bring a reduce-only member with it.
    if (orders.some(({ order }) => order.group !== undefined || this.#reductions.isReducing(order))) {
      this.#reductions.start(lane, orders)
      this.#executor.reductions = this.#reductions
    }
    for (this.#turn = 0; this.#turn < orders.length; this.#turn++) {
      const resting = orders[this.#turn] as RestingOrder
      if (!resting.gone && resting.canTrade(lane.bar) && !isInDoubt(resting, lane)) this.#reach(lane, resting, timeMs)
      lane.orders.shelve(resting)
    }
    this.#executor.reductions = undefined
  }

  /** Brings a member of a group to the market inside the bar, as its entry has just filled at `entryPrice`. */
  join(lane: Lane, resting: RestingOrder, entryPrice: number): void {
    resting.arrived = true
    resting.joinedBar = lane.bar
    lane.orders.join()
    const isLater = resting.order.group?.activeFrom === 'next-bar' || resting.waitsForMark
    if (!isLater && this.#isPassed(resting, entryPrice)) this.#joinBeyond(lane, resting, entryPrice)
    else if (!isLater && this.#isMet(lane, resting, entryPrice)) this.#queue.add(resting, this.#turn + 1)
    else lane.orders.shelve(resting)
  }

  /** True where the price of its group's entry is already beyond what a member waits for. */
  #isPassed(resting: RestingOrder, entryPrice: number): boolean {
    return resting.reachedAt(entryPrice)
  }

  /** A member that price has passed as its entry fills: it takes what it gets there, or is a limit from the next open. */
  #joinBeyond(lane: Lane, resting: RestingOrder, entryPrice: number): void {
    if (Number.isNaN(resting.order.limitTicks)) {
      resting.reachPrice = worse(resting, entryPrice, lane.price)
      this.#queue.add(resting, this.#turn + 1)
      return
    }
    if (!resting.isLimit) this.#meeting.trigger(resting, lane.lastCloseMs)
    resting.arrived = false
    lane.orders.shelve(resting)
  }

  /** A member of a group has become larger by `lots` inside the bar, as its entry has filled at `entryPrice`. */
  grew(lane: Lane, resting: RestingOrder, lots: number, entryPrice: number): void {
    const isLater = resting.order.group?.activeFrom === 'next-bar' || resting.waitsForMark
    if (isLater) resting.keepFresh(lots, lane.bar)
    else if (!resting.arrived || resting.takesAnyPrice) return
    // Price went past it on the way to the entry, so what the entry adds cannot trade at the member's price.
    else if (this.#isPassed(resting, entryPrice)) resting.keepFresh(lots, lane.bar)
    else if (this.#isMet(lane, resting, Number.NaN)) {
      if (resting.shelf === 'hand') return
      lane.orders.takeOff(resting)
      this.#queue.add(resting, this.#turn + 1)
    } else if (!resting.isProtective || resting.triggered) resting.keepFresh(lots, lane.bar)
  }

  /** True where the bar is to be taken to have met a member after its entry. */
  #isMet(lane: Lane, resting: RestingOrder, entryPrice: number): boolean {
    if (resting.order.type === 'trailing-stop') {
      if (Number.isNaN(entryPrice)) return this.#isTrailingMet(lane, resting)
      const price = trailFromEntry(resting, entryPrice, lane.close, lane)
      if (!Number.isNaN(price)) resting.reachPrice = price
      return !Number.isNaN(price)
    }
    if (!resting.isProtective || resting.triggered) return resting.reachedAt(lane.close)
    return resting.reachedAt(resting.reachDirection === 1 ? lane.high : lane.low)
  }

  #reach(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    // One that came beyond the range, with an entry that did, trades at no price that was not there.
    lane.price = worse(resting, resting.reachPrice, resting.order.side === 'sell' ? lane.high : lane.low)
    if (resting.isLimit) {
      this.#executor.make(lane, resting, resting.limitPrice, timeMs)
      return
    }
    resting.arrived = false
    this.#meeting.inside(lane, resting, timeMs)
    // A limit that was set off and did not trade at once comes to the market at the next open: whether price came back
    // to it within this bar nobody knows.
    if (resting.isLimit && resting.order.filledLots === 0) resting.arrived = false
  }

  #setOffTrailing(lane: Lane, reached: RestingOrder[]): void {
    for (const resting of lane.orders.trailing.slice()) {
      if (!resting.canTrade(lane.bar) || !this.#isTrailingMet(lane, resting)) continue
      lane.orders.takeOff(resting)
      reached.push(resting)
    }
  }

  /** True where the bar sets a trailing stop off; its price is then the one at which it is. */
  #isTrailingMet(lane: Lane, resting: RestingOrder): boolean {
    if (resting.lapsed || resting.joinedBar === lane.bar) return false
    const price = trailThroughBar(resting, lane.open, lane)
    if (Number.isNaN(price)) return false
    resting.reachPrice = price
    return true
  }

  /**
   * Orders that the mark price has set off come to the market at the next open: what the last price was at that moment, the
   * bar does not say. Whether other members of their groups traded before nobody knows: those that lose by it did.
   */
  #setOffByMark(lane: Lane): void {
    const { orders, marks, bar, lastCloseMs } = lane
    const highest = marks?.high[bar] ?? lane.high
    const lowest = marks?.low[bar] ?? lane.low
    for (const resting of orders.byMark.slice()) {
      if (resting.lapsed || resting.joinedBar === bar || !resting.canTrade(bar)) continue
      if (!resting.reachedAt(resting.reachDirection === 1 ? highest : lowest)) continue
      orders.takeOff(resting)
      this.#meeting.trigger(resting, lastCloseMs)
      resting.arrived = false
      orders.shelve(resting)
      const { order } = resting
      if (order.group?.link !== 'one-cancels-other') continue
      for (const other of order.group.members) {
        const rival = other === order ? undefined : this.#restingOf(other)
        if (rival !== undefined) rival.rivalBar = bar
      }
    }
  }
}

/** The price of two at which an order gets less. */
function worse({ order }: RestingOrder, one: number, other: number): number {
  return order.side === 'sell' ? Math.min(one, other) : Math.max(one, other)
}

/** True for an order that gains, while another of its group may have come first: then it did. */
function isInDoubt({ rivalBar, gain }: RestingOrder, { bar }: Lane): boolean {
  return rivalBar === bar && gain >= 0
}

/** True for an order whose price the bar jumped at its open and never came back to. */
function isBehind({ order, tradePrice }: RestingOrder, { low, high }: Lane): boolean {
  return !order.postOnly && order.type !== 'trailing-stop' && (tradePrice < low || tradePrice > high)
}
