import type { BarColumns, TimeMs } from '@kestrel/core'
import type { AccountView, AmendedTerms, ApprovedOrder, Order, Venue, VenueEvents } from '@kestrel/kernel'
import { Executor } from './executor.ts'
import type { FillModel } from './fill-model.ts'
import { Lane } from './lane.ts'
import { LiquidationWatch, type WatchedVenue } from './liquidation-watch.ts'
import type { MarkBars } from './mark-bars.ts'
import { RestingOrder } from './resting-order.ts'
import { worstFirst } from './worst-first.ts'

const SELLS_FIRST = ['sell', 'buy'] as const

/** A cancellation, or an amendment where there are terms, that waits for the end of a bar. */
interface Late {
  readonly order: Order
  readonly reason: string
  readonly terms: AmendedTerms | undefined
}

/**
 * A venue simulated on bars. Opens and ends of bars are events at their own times, whatever the bars' lengths.
 *
 * - At the open of a bar, orders whose time is up expire; market orders fill, gapped stops and limits fill at the open;
 *   sells before buys, so that their money can be spent. Replies to that act at the same open and rest from then on.
 * - At its end, every order that rested from its open and whose price lies within the bar trades. A bar does not say in
 *   which order prices came, so where that matters (volume, cash, what may be reduced) the order that hurts most is taken
 *   first, see {@link worstFirst}. Strategies hear of all this only then: a reply inside a bar would act on an order of
 *   events that was made up.
 * - After the strategies have decided at the close: market orders, where these fill at the close.
 */
export class SimulatedVenue implements Venue {
  readonly #events: VenueEvents
  readonly #executor: Executor
  readonly #model: FillModel
  readonly #lanes: readonly Lane[]
  #activeOrders = 0
  /** True while bars have been passed over because no order was there to act on. */
  #isBehind = true
  /** Cancellations (with their reason) and amendments that wait for the end of a bar. */
  readonly #late: Late[] = []

  /** Takes over positions whose margin is gone; undefined in a run without perpetuals. */
  readonly #watch: LiquidationWatch | undefined

  /**
   * @param bars - Execution bars by instrument; the finest there are.
   * @param marks - Mark prices over them, where they are recorded.
   */
  constructor(
    events: VenueEvents,
    account: AccountView,
    model: FillModel,
    bars: readonly BarColumns[],
    marks: readonly (MarkBars | undefined)[] = [],
  ) {
    this.#events = events
    this.#executor = new Executor(events, account, model, (order) => this.#remove(order))
    this.#model = model
    this.#lanes = bars.map((columns, index) => new Lane(columns, index))
    const { margin } = account
    if (margin !== undefined) {
      this.#watch = new LiquidationWatch(margin, events, this.#watchedVenue(), this.#lanes, marks)
    }
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    if (this.#isBehind) {
      for (const each of this.#lanes) each.skipTo(nowMs)
      this.#isBehind = false
    }
    const lane = this.#lane(order)
    if (order.postOnly && this.#executor.wouldTake(order, lane.price)) {
      this.#events.rejected(order, `post-only, but it would take at ${lane.price}`, nowMs)
      return
    }
    // It rests before it is told so: a strategy may cancel it in the very reply.
    const resting = new RestingOrder(order, nowMs + this.#model.latencyMs, this.#model.throughTicks)
    lane.resting.push(resting)
    if (order.timeInForce === 'GTD') {
      lane.holdsGtd = true
      resting.lapsed = lane.isOpen && order.expireTimeMs < lane.lastCloseMs
    }
    this.#activeOrders++
    this.#events.accepted(order, nowMs)
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    if (this.#isUnderWay(this.#lane(order), nowMs)) this.#late.push({ order, reason, terms: undefined })
    else if (this.#remove(order)) this.#events.cancelled(order, reason, nowMs)
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    const lane = this.#lane(order)
    if (this.#isUnderWay(lane, nowMs)) {
      this.#late.push({ order, reason: '', terms })
      return
    }
    const index = lane.resting.findIndex((each) => each.order === order)
    const old = lane.resting[index]
    if (old === undefined) return
    if (terms.quantityLots <= order.filledLots) {
      this.#executor.drop(old, 'amended to what is filled', nowMs)
      return
    }
    this.#events.amended(order, terms, nowMs)
    if (order.postOnly && this.#executor.wouldTake(order, lane.price)) {
      this.#executor.drop(old, `post-only, but as amended it would take at ${lane.price}`, nowMs)
      return
    }
    // A changed price or size loses its place: it goes to the end, as at a real venue.
    const fresh = new RestingOrder(order, nowMs + this.#model.latencyMs, this.#model.throughTicks)
    fresh.triggered = old.triggered
    fresh.lapsed = old.lapsed
    fresh.plan(this.#model.throughTicks)
    old.gone = true
    lane.resting.splice(index, 1)
    lane.resting.push(fresh)
  }

  advanceTo(timeMs: TimeMs): void {
    // With no order resting and no margin at risk nothing can happen; the bars are passed over at once when the next order
    // comes.
    while (this.#activeOrders > 0 || this.#watch?.isNeeded === true) {
      let endMs = Infinity
      let openMs = Infinity
      for (const lane of this.#lanes) {
        if (lane.isOpen) endMs = Math.min(endMs, lane.nextEventMs)
        else openMs = Math.min(openMs, lane.nextEventMs)
      }
      if (endMs <= openMs) {
        if (endMs > timeMs) return
        this.#end(endMs)
      } else {
        // What opens at this very instant comes after what the strategies decide at it.
        if (openMs >= timeMs) return
        this.#open(openMs)
      }
    }
    this.#isBehind = true
  }

  settle(timeMs: TimeMs): void {
    if (this.#model.marketFill !== 'close' || this.#activeOrders === 0) return
    this.#events.hold()
    for (const side of SELLS_FIRST) {
      for (const lane of this.#lanes) {
        if (lane.resting.length === 0 || lane.isOpen || lane.lastCloseMs !== timeMs) continue
        for (const resting of lane.snapshot()) {
          const { order } = resting
          if (order.type !== 'market' || order.side !== side || resting.activeFromMs > timeMs) continue
          this.#meet(lane, resting, timeMs)
        }
      }
    }
    this.#events.tell()
  }

  /**
   * True while the lane's bar is under way: whether it has reached the order by now nobody knows, so what is asked of the
   * order waits until the bar is over.
   */
  #isUnderWay(lane: Lane, nowMs: TimeMs): boolean {
    return lane.isOpen && lane.openTimeMs < nowMs
  }

  /** Bars that open together. What strategies do in reply happens at this open too, after what was there before. */
  #open(openMs: TimeMs): void {
    const opening = this.#lanes.filter((lane) => !lane.isOpen && lane.nextEventMs === openMs)
    for (const lane of opening) lane.openNext()
    for (let round = 0; round === 0 || opening.some((lane) => this.#hasArrivals(lane)); round++) {
      this.#events.hold()
      if (round === 0) this.#watch?.open(opening, openMs)
      for (const lane of opening) if (round === 0 && lane.holdsGtd) this.#expire(lane)
      for (const side of SELLS_FIRST) {
        for (const lane of opening) {
          for (const resting of lane.snapshot()) {
            if (resting.order.side === side && this.#actsAtOpen(lane, resting, round)) this.#meet(lane, resting, openMs)
          }
        }
      }
      this.#events.tell()
    }
  }

  #hasArrivals(lane: Lane): boolean {
    return lane.resting.some((each) => this.#actsAtOpen(lane, each, 1))
  }

  #actsAtOpen(lane: Lane, resting: RestingOrder, round: number): boolean {
    if (resting.lapsed || resting.activeFromMs > lane.openTimeMs || (round > 0 && resting.arrived)) return false
    return resting.order.type !== 'market' || this.#model.marketFill !== 'close'
  }

  /** Bars that end together: all are played before anybody hears of it. */
  #end(endMs: TimeMs): void {
    this.#events.hold()
    const ending =
      this.#lanes.length === 1 ? this.#lanes : this.#lanes.filter((lane) => lane.isOpen && lane.lastCloseMs === endMs)
    this.#watch?.end(ending, endMs)
    for (const lane of ending) if (lane.resting.length > 0) this.#play(lane)
    this.#watch?.afterFills(ending, endMs)
    for (const lane of ending) lane.closeBar()
    if (this.#late.length > 0) this.#doLate(endMs)
    this.#events.tell()
  }

  #doLate(timeMs: TimeMs): void {
    for (const each of this.#late.splice(0)) {
      const { order, reason, terms } = each
      if (this.#lane(order).isOpen) this.#late.push(each)
      else if (terms === undefined) this.cancel(order, reason, timeMs)
      else this.amend(order, terms, timeMs)
    }
  }

  /** What the range of the bar did to the orders that rested from its open. */
  #play(lane: Lane): void {
    const { close, lastCloseMs } = lane
    const reached = this.#reachedIn(lane)
    if (reached.length > 1) reached.sort(worstFirst(close))
    for (const each of reached) this.#reach(lane, each, lastCloseMs)
    if (lane.holdsGtd) for (const each of lane.snapshot()) if (each.lapsed) this.#lapse(each, lastCloseMs)
  }

  #reachedIn(lane: Lane): RestingOrder[] {
    const { high, low } = lane
    return lane.resting.filter(
      (each) =>
        each.arrived && !each.lapsed && !each.takesAnyPrice && each.reachedAt(each.reachDirection === 1 ? high : low),
    )
  }

  #watchedVenue(): WatchedVenue {
    return {
      reached: (lane) => this.#reachedIn(lane),
      serve: (lane, resting, timeMs) => this.#reach(lane, resting, timeMs),
      cancelAll: (lane, leg, reason, timeMs) => {
        for (const each of lane.snapshot()) if (each.order.leg === leg) this.#executor.drop(each, reason, timeMs)
      },
    }
  }

  #reach(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    lane.price = resting.reachPrice
    if (resting.gone) return
    if (resting.isLimit) this.#executor.make(lane, resting, resting.limitPrice, timeMs)
    else {
      resting.arrived = false
      this.#meet(lane, resting, timeMs)
      // A limit that was set off and did not trade at once comes to the market at the next open: whether price came back
      // to it within this bar nobody knows.
      if (resting.isLimit && resting.order.filledLots === 0) resting.arrived = false
    }
  }

  /** Orders whose time is up go; those whose time ends inside the bar act no more and go when it ends. */
  #expire(lane: Lane): void {
    for (const resting of lane.snapshot()) {
      if (resting.order.expireTimeMs <= lane.openTimeMs) this.#lapse(resting, lane.openTimeMs)
      // Whether it still traded inside this bar cannot be known, so it did not.
      else resting.lapsed = resting.order.expireTimeMs < lane.lastCloseMs
    }
  }

  #lapse(resting: RestingOrder, timeMs: TimeMs): void {
    if (this.#remove(resting.order)) this.#events.expired(resting.order, 'good-till-date has passed', timeMs)
  }

  /** Lets an order meet the present price: trades what it can there, and rests or goes. */
  #meet(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    // What happened to another order at this price may have ended it.
    if (resting.gone) return
    const { order } = resting
    const { price } = lane
    // Without latency it was accepted at the price that it was sent at.
    const isNewcomer = this.#model.latencyMs > 0 && !resting.arrived
    if (order.postOnly && isNewcomer && this.#executor.wouldTake(order, price)) {
      this.#executor.drop(resting, `post-only, but it would take at ${price}`, timeMs)
      return
    }
    if (!resting.takesAnyPrice && !resting.isLimit && resting.reachedAt(price)) this.#trigger(resting, timeMs)
    if (resting.gone) return
    if (
      order.timeInForce === 'FOK' &&
      lane.budgetLots(this.#model.volumeShare, order.instrument) < order.remainingLots
    ) {
      this.#executor.drop(resting, 'fill-or-kill: the bar does not offer the whole quantity', timeMs)
      return
    }
    if (resting.takesAnyPrice) this.#executor.take(lane, resting, price, Infinity, timeMs)
    else if (resting.isLimit) {
      // A limit that arrives beyond the market takes; one that has rested is a maker wherever price gapped to.
      // One that arrives inside the spread rests there: nobody has traded with it yet.
      const { limitPrice } = resting
      const takes =
        !resting.arrived && !order.postOnly && price !== limitPrice && this.#executor.wouldTake(order, price)
      const rested = resting.arrived || price === limitPrice
      if (takes) this.#executor.take(lane, resting, price, limitPrice, timeMs)
      else if (rested && resting.reachedAt(price)) this.#executor.make(lane, resting, price, timeMs)
    }
    resting.arrived = true
    const immediate = order.timeInForce === 'IOC' || order.timeInForce === 'FOK'
    if (immediate && (resting.isLimit || resting.takesAnyPrice)) {
      this.#executor.drop(resting, `${order.timeInForce}: not filled at once`, timeMs)
    }
  }

  #trigger(resting: RestingOrder, timeMs: TimeMs): void {
    resting.triggered = true
    resting.plan(this.#model.throughTicks)
    this.#events.triggered(resting.order, timeMs)
  }

  #remove(order: Order): boolean {
    const { resting } = this.#lane(order)
    let index = resting.length - 1
    while (index >= 0 && (resting[index] as RestingOrder).order !== order) index--
    const found = resting[index]
    if (found === undefined) return false
    found.gone = true
    if (index === resting.length - 1) resting.pop()
    else resting.splice(index, 1)
    this.#activeOrders--
    return true
  }

  #lane(order: Order): Lane {
    return this.#lanes[order.instrumentIndex] as Lane
  }
}
