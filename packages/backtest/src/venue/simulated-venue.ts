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
import { Executor, type ExecutorVenue } from './executor.ts'
import type { FillModel } from './fill-model.ts'
import { GroupKeeper } from './group-keeper.ts'
import { Lane } from './lane.ts'
import { LiquidationWatch } from './liquidation-watch.ts'
import { MarginCallWatch } from './margin-call-watch.ts'
import type { MarkBars } from './mark-bars.ts'
import { Meeting } from './meeting.ts'
import { OpeningPass } from './opening-pass.ts'
import { RestingOrder } from './resting-order.ts'

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
  readonly #executor: Executor
  readonly #meeting: Meeting
  readonly #play: BarPlay
  readonly #groups: GroupKeeper
  readonly #pass: OpeningPass
  /** Takes over positions whose margin is gone; undefined in a run without perpetuals. */
  readonly #watch: LiquidationWatch | undefined
  /** Closes a spot account that owes too much; undefined where nothing may be borrowed. */
  readonly #calls: MarginCallWatch | undefined
  readonly #model: FillModel
  readonly #latency: LatencyModel | undefined
  readonly #lanes: readonly Lane[]
  readonly #opening: Lane[] = []
  /** Orders at the venue by their `venueIndex`, with holes that are filled again. */
  readonly #known: (RestingOrder | undefined)[] = []
  readonly #holes: number[] = []
  #sequence = 0
  #activeOrders = 0
  /** True while bars have been passed over because no order was there to act on. */
  #isBehind = true
  /** Price of the fill that is being booked, without spread and slippage. */
  #fillPrice = Number.NaN
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
    const told: ExecutorVenue = {
      remove: (order) => this.#remove(order),
      cancelNow: (order, reason, timeMs) => this.#cancelNow(order, reason, timeMs),
      afterFill: (order, price, timeMs) => this.#afterFill(order, price, timeMs),
    }
    this.#executor = new Executor(events, account, model, told, histories)
    this.#meeting = new Meeting(events, account, this.#executor, model)
    this.#play = new BarPlay(account, this.#executor, this.#meeting, (order) => this.#known[order.venueIndex])
    this.#pass = new OpeningPass(model.marketFill === 'close')
    this.#groups = new GroupKeeper(events, {
      release: (member, lots, timeMs) => this.#release(member, lots, timeMs),
      grew: (member, lots) => this.#grew(member, lots),
      cancelNow: (order, reason, timeMs) => this.#cancelNow(order, reason, timeMs),
      remove: (order) => this.#remove(order),
    })
    this.#model = model
    this.#latency = latency
    this.#lanes = bars.map((each, index) => (each instanceof Lane ? each : new Lane(each, index, marks[index])))
    if (account.borrow !== undefined) {
      const cancel = (lane: Lane, timeMs: TimeMs): void => this.#cancelAll(lane, 0, 'margin call', timeMs)
      this.#calls = new MarginCallWatch(account.borrow, events, this.#lanes, cancel)
    }
    if (account.margin === undefined) return
    const watched = {
      reached: (lane: Lane) => this.#play.reached(lane),
      serve: (lane: Lane, resting: RestingOrder, timeMs: TimeMs) => this.#play.serve(lane, resting, timeMs),
      cancelAll: (lane: Lane, leg: 0 | 1, reason: string, timeMs: TimeMs) => this.#cancelAll(lane, leg, reason, timeMs),
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
    if (this.#isUnderWay(this.#lane(order), nowMs)) this.#late.push({ order, reason, terms: undefined })
    else this.#cancelNow(order, reason, nowMs)
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    const lane = this.#lane(order)
    if (this.#isUnderWay(lane, nowMs)) {
      this.#late.push({ order, reason: '', terms })
      return
    }
    if (order.state === 'waiting') {
      this.#events.amended(order, terms, nowMs)
      return
    }
    const resting = this.#known[order.venueIndex]
    if (resting === undefined) return
    const hasOwnSize = order.group === undefined && !order.special.closePosition
    if (hasOwnSize && terms.quantityLots <= order.filledLots) {
      this.#cancelNow(order, 'amended to what is filled', nowMs)
      return
    }
    this.#events.amended(order, terms, nowMs)
    if (order.postOnly && this.#executor.wouldTake(lane, order, lane.price)) {
      this.#cancelNow(order, `post-only, but as amended it would take at ${lane.price}`, nowMs)
      return
    }
    // A changed price or size loses its place: it goes to the end and comes to the market anew, as at a real venue.
    lane.orders.takeOff(resting)
    resting.sequence = this.#sequence++
    resting.activeFromMs = this.#activeFrom(nowMs)
    resting.plan(this.#model.throughTicks)
    lane.orders.renew(resting)
  }

  advanceTo(timeMs: TimeMs): void {
    // With no order resting and no margin at risk nothing can happen; the bars are passed over at once when the next order
    // comes.
    while (this.#activeOrders > 0 || this.#watch?.isNeeded === true || this.#calls?.isNeeded === true) {
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
    if (this.#model.marketFill !== 'close' || this.#activeOrders === 0) return
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
    const lane = this.#lane(order)
    if (order.postOnly && this.#executor.wouldTake(lane, order, lane.price)) {
      return `post-only, but it would take at ${lane.price}`
    }
    if (order.special.triggerBy === 'mark' && lane.marks === undefined) {
      return `no mark price of ${order.instrument.id} is known in this run`
    }
    return undefined
  }

  #accept(order: Order, nowMs: TimeMs): void {
    const problem = this.#problemOf(order)
    if (problem !== undefined) {
      this.#events.rejected(order, problem, nowMs)
      if (order.group !== undefined) this.#groups.ended(order, order.group, nowMs)
      return
    }
    // It rests before it is told so: a strategy may cancel it in the very reply.
    const resting = this.#keep(order, this.#activeFrom(nowMs))
    const lane = this.#lane(order)
    lane.orders.add(resting)
    resting.lapsed = lane.isOpen && order.expireTimeMs < lane.lastCloseMs
    this.#events.accepted(order, nowMs)
  }

  #keep(order: Order, activeFromMs: TimeMs): RestingOrder {
    const resting = new RestingOrder(order, this.#sequence++, activeFromMs, this.#model.throughTicks)
    order.venueIndex = this.#holes.pop() ?? this.#known.length
    this.#known[order.venueIndex] = resting
    this.#activeOrders++
    return resting
  }

  /** Bars that open together. What strategies do in reply happens at this open too, after what was there before. */
  #open(openMs: TimeMs): void {
    const opening = this.#opening
    opening.length = 0
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
        const lane = this.#lane(resting.order)
        this.#meeting.atMarket(lane, resting, timeMs)
        lane.orders.shelve(resting)
      }
    }
    this.#events.tell()
  }

  /** Bars that end together: all are played before anybody hears of it. */
  #end(endMs: TimeMs): void {
    const ending = this.#opening
    ending.length = 0
    for (let i = 0; i < this.#lanes.length; i++) {
      const lane = this.#lanes[i] as Lane
      if (lane.isOpen && lane.lastCloseMs === endMs) ending.push(lane)
    }
    this.#events.hold()
    this.#watch?.end(ending, endMs)
    this.#calls?.check(ending, endMs)
    for (const lane of ending) {
      if (lane.orders.count > 0) this.#play.play(lane)
      if (lane.orders.expiring.length === 0) continue
      for (const each of lane.orders.expiring.slice()) if (each.lapsed) this.#lapse(each, endMs)
    }
    this.#watch?.afterFills(ending, endMs)
    this.#calls?.check(ending, endMs)
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

  /** Orders whose time is up go; those whose time ends inside the bar act no more and go when it ends. */
  #expire(opening: readonly Lane[]): void {
    for (const lane of opening) {
      for (const resting of lane.orders.expiring.slice()) {
        if (resting.order.expireTimeMs <= lane.openTimeMs) this.#lapse(resting, lane.openTimeMs)
        // Whether it still traded inside this bar cannot be known, so it did not.
        else resting.lapsed = resting.order.expireTimeMs < lane.lastCloseMs
      }
    }
  }

  #lapse(resting: RestingOrder, timeMs: TimeMs): void {
    const { order } = resting
    if (!this.#remove(order)) return
    this.#events.expired(order, 'good-till-date has passed', timeMs)
    if (order.group !== undefined) this.#groups.ended(order, order.group, timeMs)
  }

  #cancelNow(order: Order, reason: string, timeMs: TimeMs): void {
    if (isFinal(order.state)) return
    this.#remove(order)
    this.#events.cancelled(order, reason, timeMs)
    if (order.group !== undefined) this.#groups.ended(order, order.group, timeMs)
  }

  /** Takes every order of a position off the market, oldest first. */
  #cancelAll(lane: Lane, leg: 0 | 1, reason: string, timeMs: TimeMs): void {
    const own = this.#known.filter((each) => each !== undefined).filter(({ order }) => this.#lane(order) === lane)
    for (const { order } of own.sort((a, b) => a.sequence - b.sequence)) {
      if (order.leg === leg) this.#cancelNow(order, reason, timeMs)
    }
  }

  #remove(order: Order): boolean {
    const { venueIndex } = order
    const resting = this.#known[venueIndex]
    if (resting === undefined) return false
    order.venueIndex = -1
    this.#known[venueIndex] = undefined
    this.#holes.push(venueIndex)
    this.#lane(order).orders.remove(resting)
    this.#activeOrders--
    return true
  }

  #afterFill(order: Order, price: number, timeMs: TimeMs): void {
    if (order.group === undefined) return
    this.#fillPrice = price
    this.#groups.filled(order, order.group, timeMs)
  }

  /** The venue knows the members of a group, so they are at the market as soon as their entry fills. */
  #release(member: Order, lots: number, timeMs: TimeMs): void {
    const lane = this.#lane(member)
    if (lots < member.quantityLots) this.#events.reduced(member, lots, 'as large as its entry has filled', timeMs)
    const isNextBar = member.group?.activeFrom === 'next-bar'
    const resting = this.#keep(member, isNextBar && lane.isOpen ? lane.lastCloseMs : timeMs)
    this.#events.accepted(member, timeMs)
    if (this.#play.isPlaying(lane)) this.#play.join(lane, resting, this.#fillPrice)
    else lane.orders.add(resting)
  }

  #grew(member: Order, lots: number): void {
    const lane = this.#lane(member)
    const resting = this.#known[member.venueIndex]
    if (resting !== undefined && this.#play.isPlaying(lane)) this.#play.grew(lane, resting, lots)
  }

  #lane(order: Order): Lane {
    return this.#lanes[order.instrumentIndex] as Lane
  }
}
