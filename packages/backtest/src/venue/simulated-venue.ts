import type { BarColumns, TimeMs } from '@kestrel/core'
import {
  type AccountView,
  type AmendedTerms,
  type ApprovedGroup,
  type ApprovedOrder,
  isFinal,
  type Order,
  type Venue,
  type VenueEvents,
} from '@kestrel/kernel'
import type { LatencyModel } from '../costs/latency-model.ts'
import type { MarketHistory } from '../costs/market-history.ts'
import { BarPlay } from './bar-play.ts'
import { emptyList } from './empty-list.ts'
import { Executor } from './executor.ts'
import type { FillModel } from './fill-model.ts'
import { Lane } from './lane.ts'
import { LiquidationWatch } from './liquidation-watch.ts'
import { MarginCallWatch } from './margin-call-watch.ts'
import type { MarkBars } from './mark-bars.ts'
import { Meeting } from './meeting.ts'
import { OpeningPass } from './opening-pass.ts'
import type { RestingOrder } from './resting-order.ts'
import { VenueOrders } from './venue-orders.ts'

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
 * - At its end, every order that rested from its open and whose price lies within the bar trades, see {@link BarPlay}.
 *   Strategies hear of all this only then: a reply inside a bar would act on an order of events that was made up.
 * - After the strategies have decided at the close: market orders, where these fill at the close.
 */
export class SimulatedVenue implements Venue {
  readonly #events: VenueEvents
  readonly #account: AccountView
  readonly #executor: Executor
  readonly #meeting: Meeting
  readonly #play: BarPlay
  readonly #pass: OpeningPass
  /** Takes over positions whose margin is gone; undefined in a run without perpetuals. */
  readonly #watch: LiquidationWatch | undefined
  /** Closes a spot account that owes too much; undefined where nothing may be borrowed. */
  readonly #calls: MarginCallWatch | undefined
  readonly #model: FillModel
  readonly #latency: LatencyModel | undefined
  readonly #lanes: readonly Lane[]
  readonly #opening: Lane[] = []
  readonly #orders: VenueOrders
  /** True while bars have been passed over because no order was there to act on. */
  #isBehind = true
  /** Cancellations (with their reason) and amendments that wait for the end of a bar. */
  readonly #late: Late[] = []

  /**
   * @param bars - Execution bars by instrument; the finest there are.
   * @param marks - Mark prices over them, where they are recorded.
   * @param latency - From decision to venue; the model's constant unless given.
   * @param histories - By instrument, for a fill model with cost models.
   */
  constructor(
    events: VenueEvents,
    account: AccountView,
    model: FillModel,
    bars: readonly (BarColumns | Lane)[],
    marks: readonly (MarkBars | undefined)[] = [],
    latency?: LatencyModel,
    histories: readonly MarketHistory[] = [],
  ) {
    this.#events = events
    this.#account = account
    this.#lanes = bars.map((each, index) => (each instanceof Lane ? each : new Lane(each, index, marks[index])))
    this.#orders = new VenueOrders(events, this.#lanes, model.throughTicks)
    this.#executor = new Executor(events, account, model, this.#orders, histories)
    this.#meeting = new Meeting(events, account, this.#executor, model)
    this.#play = new BarPlay(account, this.#executor, this.#meeting, (order) => this.#orders.restingOf(order))
    this.#orders.connect(this.#play)
    this.#pass = new OpeningPass(model.marketFill === 'close')
    this.#model = model
    this.#latency = latency
    if (account.borrow !== undefined) {
      const cancel = (lane: Lane, timeMs: TimeMs): void => this.#orders.cancelAll(lane, 0, 'margin call', timeMs)
      this.#calls = new MarginCallWatch(account.borrow, events, this.#lanes, cancel)
    }
    if (account.margin === undefined) return
    const watched = {
      reached: (lane: Lane) => this.#play.reached(lane),
      serve: (lane: Lane, resting: RestingOrder, timeMs: TimeMs) => this.#play.serve(lane, resting, timeMs),
      cancelAll: (lane: Lane, leg: 0 | 1, reason: string, timeMs: TimeMs) =>
        this.#orders.cancelAll(lane, leg, reason, timeMs),
    }
    this.#watch = new LiquidationWatch(account.margin, events, watched, this.#lanes, marks)
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    this.#catchUp(nowMs)
    this.#accept(order, nowMs)
  }

  submitGroup(group: ApprovedGroup, nowMs: TimeMs): void {
    this.#catchUp(nowMs)
    if (group.entry !== undefined) {
      this.#accept(group.entry, nowMs)
      return
    }
    // One that is turned down ends the group, so all are looked at before any is taken.
    const refused = group.members.find((each) => this.#problemOf(each) !== undefined)
    if (refused !== undefined) this.#accept(refused, nowMs)
    for (const member of group.members) if (!isFinal(member.state)) this.#accept(member, nowMs)
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    if (this.#isUnderWay(this.#orders.laneOf(order), nowMs)) this.#late.push({ order, reason, terms: undefined })
    else this.#orders.cancelWanted(order, reason, nowMs)
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    const lane = this.#orders.laneOf(order)
    if (this.#isUnderWay(lane, nowMs)) {
      this.#late.push({ order, reason: '', terms })
      return
    }
    if (order.state === 'waiting') {
      this.#events.amended(order, terms, nowMs)
      return
    }
    const resting = this.#orders.restingOf(order)
    if (resting === undefined) return
    const hasOwnSize = order.group === undefined && !order.special.closePosition
    if (hasOwnSize && terms.quantityLots <= order.filledLots) {
      this.#orders.cancelNow(order, 'amended to what is filled', nowMs)
      return
    }
    this.#events.amended(order, terms, nowMs)
    if (order.postOnly && this.#executor.wouldTake(lane, order, lane.price)) {
      this.#orders.cancelNow(order, `post-only, but as amended it would take at ${lane.price}`, nowMs)
      return
    }
    // A changed price or size loses its place: it goes to the end and comes to the market anew, as at a real venue.
    lane.orders.takeOff(resting)
    resting.sequence = this.#orders.nextSequence()
    resting.activeFromMs = this.#activeFrom(nowMs)
    resting.plan(this.#model.throughTicks)
    lane.orders.renew(resting)
  }

  advanceTo(timeMs: TimeMs): void {
    // With no order resting and no margin at risk nothing can happen; the bars are passed over at once when the next order
    // comes.
    while (this.#orders.activeCount > 0 || this.#watch?.isNeeded === true || this.#calls?.isNeeded === true) {
      let endMs = Infinity
      let openMs = Infinity
      for (let i = 0; i < this.#lanes.length; i++) {
        const lane = this.#lanes[i] as Lane
        const nextMs = lane.nextEventMs
        if (lane.isOpen) endMs = Math.min(endMs, nextMs)
        else openMs = Math.min(openMs, nextMs)
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
    if (this.#model.marketFill !== 'close' || this.#orders.activeCount === 0) return
    const acting = this.#pass.atClose(this.#lanes, timeMs)
    if (acting.length > 0) this.#meetAll(acting, timeMs)
  }

  /**
   * True while the lane's bar is under way: whether it has reached the order by now nobody knows, so what is asked of the
   * order waits until the bar is over.
   */
  #isUnderWay(lane: Lane, nowMs: TimeMs): boolean {
    return lane.isOpen && lane.openTimeMs < nowMs
  }

  /** First instant at which the venue can act on what is sent now. */
  #activeFrom(nowMs: TimeMs): TimeMs {
    return (
      nowMs + (this.#latency === undefined ? this.#model.latencyMs : this.#latency.latencyUs(nowMs * 1_000) / 1_000)
    )
  }

  /** Passes over the bars in which no order was there. */
  #catchUp(nowMs: TimeMs): void {
    if (!this.#isBehind) return
    for (const each of this.#lanes) each.skipTo(nowMs)
    this.#isBehind = false
  }

  /** Why the venue turns an order down as it is sent, or undefined. */
  #problemOf(order: Order): string | undefined {
    const lane = this.#orders.laneOf(order)
    if (order.postOnly && this.#executor.wouldTake(lane, order, lane.price)) {
      return `post-only, but it would take at ${lane.price}`
    }
    if (order.special.triggerBy === 'mark' && lane.marks === undefined) {
      return `no mark price of ${order.instrument.id} covers the bars of this run: none is recorded, its bars are longer, or the run is on trades`
    }
    return undefined
  }

  #accept(order: Order, nowMs: TimeMs): void {
    const problem = this.#problemOf(order)
    if (problem !== undefined) {
      this.#orders.reject(order, problem, nowMs)
      return
    }
    // It rests before it is told so: a strategy may cancel it in the very reply.
    const resting = this.#orders.keep(order, this.#activeFrom(nowMs))
    const lane = this.#orders.laneOf(order)
    lane.orders.add(resting)
    resting.lapsed = lane.isOpen && order.expireTimeMs < lane.lastCloseMs
    this.#events.accepted(order, nowMs)
  }

  /** Bars that open together. What strategies do in reply happens at this open too, after what was there before. */
  #open(openMs: TimeMs): void {
    const opening = this.#opening
    emptyList(opening)
    let expires = false
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i] as Lane
      if (lane.isOpen || lane.nextEventMs !== openMs) continue
      lane.openNext()
      opening.push(lane)
      expires ||= lane.orders.expiring.length > 0
    }
    this.#events.hold()
    this.#watch?.open(opening, openMs)
    this.#calls?.check([], openMs)
    if (expires) this.#expire(opening)
    let acting = this.#pass.atOpen(opening)
    do {
      this.#meetAll(acting, openMs, opening)
      acting = this.#pass.arrivals(opening)
    } while (acting.length > 0)
  }

  /** Lets orders meet the market, and those that their fills bring with them; then strategies hear of it. */
  #meetAll(first: readonly RestingOrder[], timeMs: TimeMs, opening: readonly Lane[] = []): void {
    this.#events.hold()
    for (let acting = first; acting.length > 0; acting = this.#pass.arrivals(opening)) {
      for (const resting of acting) {
        const lane = this.#orders.laneOf(resting.order)
        this.#meeting.atMarket(lane, resting, timeMs)
        lane.orders.shelve(resting)
      }
    }
    this.#events.tell()
  }

  /** Bars that end together: all are played before anybody hears of it. */
  #end(endMs: TimeMs): void {
    const ending = this.#opening
    emptyList(ending)
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i] as Lane
      if (!lane.isOpen || lane.lastCloseMs !== endMs) continue
      lane.isInside = true
      ending.push(lane)
    }
    this.#events.hold()
    const inside = this.#account.margin?.inside
    inside?.begin()
    this.#watch?.end(ending, endMs)
    this.#calls?.check(ending, endMs)
    for (const lane of ending) {
      if (lane.orders.count > 0) this.#play.play(lane)
      if (lane.orders.expiring.length === 0) continue
      for (const each of lane.orders.expiring.slice()) if (each.lapsed) this.#orders.lapse(each.order, endMs)
    }
    this.#watch?.afterFills(ending, endMs)
    this.#calls?.check(ending, endMs)
    inside?.end()
    for (const lane of ending) lane.closeBar()
    if (this.#late.length > 0) this.#doLate(endMs)
    this.#events.tell()
  }

  #doLate(timeMs: TimeMs): void {
    for (const each of this.#late.splice(0)) {
      const { order, reason, terms } = each
      if (this.#orders.laneOf(order).isOpen) this.#late.push(each)
      else if (terms === undefined) this.cancel(order, reason, timeMs)
      else this.amend(order, terms, timeMs)
    }
  }

  /** Orders whose time is up go; those whose time ends inside the bar act no more and go when it ends. */
  #expire(opening: readonly Lane[]): void {
    for (const lane of opening) {
      for (const resting of lane.orders.expiring.slice()) {
        if (resting.order.expireTimeMs <= lane.openTimeMs) this.#orders.lapse(resting.order, lane.openTimeMs)
        // Whether it still traded inside this bar cannot be known, so it did not.
        else resting.lapsed = resting.order.expireTimeMs < lane.lastCloseMs
      }
    }
  }
}
