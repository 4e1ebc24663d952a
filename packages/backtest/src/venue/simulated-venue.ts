// Long because the fill rules of a bar are one state machine and have to be read together.
import { type BarColumns, roundToSteps, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { AccountView, ApprovedOrder, Order, Venue, VenueEvents } from '@kestrel/kernel'
import type { FillModel } from './fill-model.ts'
import { lowFirst } from './intrabar-path.ts'
import { Lane } from './lane.ts'
import { RestingOrder } from './resting-order.ts'

const SELLS_FIRST = ['sell', 'buy'] as const

/**
 * A venue simulated on bars. Opens and ends of bars are events at their own times, whatever the bars' lengths. For each
 * bar, in this order:
 *
 * 1. orders whose time is up expire;
 * 2. at the open: market orders fill, gapped stops and limits fill at the open; sells before buys, so that their money
 *    can be spent;
 * 3. along the path open, first extreme, second extreme, close (the order that hurts, see {@link lowFirst}): limits,
 *    stops and take-profits in the order in which the path meets them;
 * 4. after the strategies have decided at the close: market orders, where these fill at the close.
 *
 * Orders placed in reply to a fill take part in the rest of the same bar.
 */
export class SimulatedVenue implements Venue {
  readonly #events: VenueEvents
  readonly #account: AccountView
  readonly #model: FillModel
  readonly #lanes: readonly Lane[]
  #activeOrders = 0
  /** True while bars have been passed over because no order was there to act on. */
  #isBehind = true
  /** The lane whose path is being followed. */
  #walking: Lane | undefined
  /** Cancellations (with their reason) and amendments that wait for the end of a bar. */
  readonly #late: { readonly order: Order; readonly reason: string | undefined }[] = []

  /** @param bars - Execution bars by instrument; the finest there are. */
  constructor(events: VenueEvents, account: AccountView, model: FillModel, bars: readonly BarColumns[]) {
    this.#events = events
    this.#account = account
    this.#model = model
    this.#lanes = bars.map((columns, index) => new Lane(columns, index))
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    if (this.#isBehind) {
      for (const each of this.#lanes) each.skipTo(nowMs)
      this.#isBehind = false
    }
    const lane = this.#lane(order)
    if (order.postOnly && this.#wouldTake(order, lane.price)) {
      this.#events.rejected(order, `post-only, but it would take at ${lane.price}`, nowMs)
      return
    }
    // It rests before it is told so: a strategy may cancel it in the very reply.
    lane.resting.push(this.#resting(order, lane, nowMs))
    if (order.timeInForce === 'GTD') lane.holdsGtd = true
    this.#activeOrders++
    this.#events.accepted(order, nowMs)
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    const lane = this.#lane(order)
    if (this.#isElsewhere(lane)) {
      this.#late.push({ order, reason })
      return
    }
    if (this.#remove(order)) this.#events.cancelled(order, reason, nowMs)
  }

  amended(order: Order, nowMs: TimeMs): void {
    const lane = this.#lane(order)
    const index = lane.resting.findIndex((each) => each.order === order)
    const old = lane.resting[index]
    if (old === undefined) return
    if (this.#isElsewhere(lane)) {
      this.#late.push({ order, reason: undefined })
      return
    }
    if (order.postOnly && this.#wouldTake(order, lane.price)) {
      this.#drop(old, `post-only, but as amended it would take at ${lane.price}`, nowMs)
      return
    }
    // A changed price or size loses its place: it goes to the end, as at a real venue.
    const fresh = this.#resting(order, lane, nowMs)
    fresh.triggered = old.triggered
    fresh.plan(this.#model.throughTicks)
    old.gone = true
    lane.resting.splice(index, 1)
    lane.resting.push(fresh)
  }

  advanceTo(timeMs: TimeMs): void {
    // With no order resting nothing can happen; the bars are passed over at once when the next order comes.
    while (this.#activeOrders > 0) {
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
  }

  /**
   * True for what is asked in reply to something in the bar of another instrument while this one's bar is under way:
   * whether that bar had reached the order by then nobody knows, so the order stays as it is until the bar is over.
   */
  #isElsewhere(lane: Lane): boolean {
    return this.#walking !== undefined && this.#walking !== lane && lane.isOpen
  }

  #resting(order: Order, lane: Lane, nowMs: TimeMs): RestingOrder {
    const replyBar = this.#walking === lane ? lane.bar : -1
    return new RestingOrder(order, nowMs + this.#model.latencyMs, this.#model.throughTicks, replyBar)
  }

  /** Bars that open together: sells of all of them before buys. */
  #open(openMs: TimeMs): void {
    for (const lane of this.#lanes) {
      if (lane.isOpen || lane.nextEventMs !== openMs) continue
      lane.openNext()
      if (lane.holdsGtd) this.#expire(lane)
    }
    for (const side of SELLS_FIRST) {
      for (const lane of this.#lanes) {
        if (lane.resting.length === 0 || !lane.isOpen || lane.openTimeMs !== openMs) continue
        for (const resting of lane.snapshot()) {
          const acts = resting.order.side === side && resting.activeFromMs <= openMs && !resting.lapsed
          if (acts) this.#atOpen(lane, resting)
        }
      }
    }
  }

  /** Bars that end together: each follows its path, then what was cancelled in reply goes. */
  #end(endMs: TimeMs): void {
    for (const lane of this.#lanes) {
      if (!lane.isOpen || lane.lastCloseMs !== endMs) continue
      if (lane.holdsGtd) for (const each of lane.snapshot()) if (each.lapsed) this.#lapse(each, endMs)
      if (lane.resting.length > 0) this.#walk(lane)
      lane.closeBar()
    }
    if (this.#late.length === 0) return
    for (const each of this.#late.splice(0)) {
      const { order, reason } = each
      const lane = this.#lane(order)
      if (lane.isOpen) this.#late.push(each)
      else if (reason === undefined) this.amended(order, lane.lastCloseMs)
      else if (this.#remove(order)) this.#events.cancelled(order, reason, lane.lastCloseMs)
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

  #atOpen(lane: Lane, resting: RestingOrder): void {
    if (resting.order.type === 'market' && this.#model.marketFill === 'close') return
    this.#meet(lane, resting, lane.openTimeMs)
  }

  /** Lets an order meet the present price: trades what it can there, and rests or goes. */
  #meet(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    // A strategy may have withdrawn or changed it in reply to what happened to another order at this price.
    if (resting.gone) return
    const { order } = resting
    const { price } = lane
    if (!resting.takesAnyPrice && !resting.isLimit && resting.reachedAt(price)) this.#trigger(resting, timeMs)
    if (resting.gone) return
    if (
      order.timeInForce === 'FOK' &&
      lane.budgetLots(this.#model.volumeShare, order.instrument) < order.remainingLots
    ) {
      this.#drop(resting, 'fill-or-kill: the bar does not offer the whole quantity', timeMs)
      return
    }
    if (resting.takesAnyPrice) this.#take(lane, resting, price, Infinity, timeMs)
    else if (resting.isLimit) {
      // A limit that arrives beyond the market takes; one that has rested is a maker wherever price gapped to.
      // One that arrives inside the spread rests there: nobody has traded with it yet.
      const { limitPrice } = resting
      const takes = !resting.arrived && !order.postOnly && price !== limitPrice && this.#wouldTake(order, price)
      const rested = resting.arrived || price === limitPrice
      if (takes) this.#take(lane, resting, price, limitPrice, timeMs)
      else if (rested && resting.reachedAt(price)) this.#make(lane, resting, price, timeMs)
    }
    resting.arrived = true
    const immediate = order.timeInForce === 'IOC' || order.timeInForce === 'FOK'
    if (immediate && (resting.isLimit || resting.takesAnyPrice)) {
      this.#drop(resting, `${order.timeInForce}: not filled at once`, timeMs)
    }
  }

  #wouldTake(order: Order, price: number): boolean {
    const half = (price * this.#model.spreadBps) / 20_000
    return order.side === 'buy' ? order.limitPrice >= price + half : order.limitPrice <= price - half
  }

  /** Follows the assumed path of the bar; a position that is entered on the way turns it to the adverse extreme. */
  #walk(lane: Lane): void {
    const { low, high, close } = lane
    this.#walking = lane
    let points = lowFirst(this.#account.positionLots(lane.instrumentIndex), lane.resting, lane)
      ? [low, high, close]
      : [high, low, close]
    while (points.length > 0) {
      const entered = this.#segment(lane, points[0] as number)
      if (entered === 0) points = points.slice(1)
      else {
        const adverse = entered > 0 ? low : high
        if (points.slice(0, -1).includes(adverse)) points = [adverse, ...points.filter((point) => point !== adverse)]
      }
    }
    this.#walking = undefined
  }

  /** Goes to `end`, or until a position is entered; returns that position's lots, 0 at the end. */
  #segment(lane: Lane, end: number): number {
    const timeMs = lane.lastCloseMs
    let before = this.#account.positionLots(lane.instrumentIndex)
    for (;;) {
      const arrival = lane.resting.find((each) => !each.arrived && this.#arrivesNow(each, lane))
      const next = arrival ?? this.#nextAlong(lane, end)
      if (next === undefined) break
      if (arrival === undefined) lane.price = next.reachPrice
      if (arrival === undefined && next.isLimit) this.#make(lane, next, next.limitPrice, timeMs)
      else {
        if (arrival === undefined) this.#trigger(next, timeMs)
        next.arrived = false
        this.#meet(lane, next, timeMs)
      }
      const position = this.#account.positionLots(lane.instrumentIndex)
      if (before === 0 && position !== 0) return position
      before = position
    }
    lane.price = end
    return 0
  }

  /**
   * Orders that were there at the open, and replies to fills of this very bar, arrive on its path. Everything else
   * (latency, replies to fills in bars of other instruments) waits for the next open: when within this bar it would
   * have come, and to which price, nobody knows.
   */
  #arrivesNow(resting: RestingOrder, lane: Lane): boolean {
    if (resting.order.type === 'market' && this.#model.marketFill === 'close') return false
    if (resting.replyBar === lane.bar) {
      // What takes a profit waits for the next bar: whether the good extreme came after the entry nobody knows.
      const { type } = resting.order
      return resting.activeFromMs <= lane.lastCloseMs && type !== 'limit' && type !== 'take-profit'
    }
    return resting.activeFromMs <= lane.openTimeMs
  }

  /** The order that the path meets first between the present price and the end of the segment. */
  #nextAlong(lane: Lane, end: number): RestingOrder | undefined {
    const direction = end >= lane.price ? 1 : -1
    let nearest: RestingOrder | undefined
    for (const resting of lane.resting) {
      if (!resting.arrived || resting.takesAnyPrice || resting.exhaustedBar === lane.bar) continue
      if (resting.reachDirection !== direction || !resting.reachedAt(end)) continue
      if (nearest === undefined || (resting.reachPrice - nearest.reachPrice) * direction < 0) nearest = resting
    }
    return nearest
  }

  #trigger(resting: RestingOrder, timeMs: TimeMs): void {
    resting.triggered = true
    resting.plan(this.#model.throughTicks)
    this.#events.triggered(resting.order, timeMs)
  }

  /** Takes liquidity: pays half the spread and slippage, but never beyond `limit`. */
  #take(lane: Lane, resting: RestingOrder, raw: number, limit: number, timeMs: TimeMs): void {
    const { order } = resting
    const costRate = this.#model.spreadBps / 20_000 + this.#model.slippageBps / 10_000
    let price = raw
    if (costRate > 0) {
      const { tick } = order.instrument
      const buy = order.side === 'buy'
      price = stepsToNumber(roundToSteps(raw * (buy ? 1 + costRate : 1 - costRate), tick, buy ? 'up' : 'down'), tick)
      if (limit !== Infinity) price = buy ? Math.min(price, limit) : Math.max(price, limit)
    }
    this.#fill(lane, resting, raw, price, 'taker', timeMs)
  }

  #make(lane: Lane, resting: RestingOrder, raw: number, timeMs: TimeMs): void {
    const price = resting.order.postOnly ? resting.limitPrice : raw
    this.#fill(lane, resting, price, price, 'maker', timeMs)
  }

  #fill(
    lane: Lane,
    resting: RestingOrder,
    raw: number,
    price: number,
    liquidity: 'maker' | 'taker',
    timeMs: TimeMs,
  ): void {
    const { order } = resting
    const { instrument } = order
    const offered = Math.min(order.remainingLots, lane.budgetLots(this.#model.volumeShare, instrument))
    if (offered <= 0) {
      resting.exhaustedBar = lane.bar
      return
    }
    const feeRate =
      liquidity === 'maker'
        ? (this.#model.makerFeeRate ?? instrument.makerFeeRate)
        : (this.#model.takerFeeRate ?? instrument.takerFeeRate)
    const lots = this.#covered(order, offered, price, feeRate, timeMs)
    if (lots <= 0) {
      this.#drop(resting, 'the account cannot cover it', timeMs)
      return
    }
    const quantity = stepsToNumber(lots, instrument.lot)
    const contract = instrument.contractSize
    if (lots === order.remainingLots) this.#remove(order)
    else resting.exhaustedBar = lane.bar
    lane.use(lots)
    this.#events.filled(order, {
      lots,
      price,
      fee: quantity * price * contract * feeRate,
      liquidity,
      slippage: Math.abs(price - raw) * quantity * contract,
      tsEventMs: timeMs,
      barOpenTimeMs: lane.openTimeMs,
    })
  }

  /** Lots of `offered` that account and reduce-only leave; an order that is cut short is told so. */
  #covered(order: Order, offered: number, price: number, feeRate: number, timeMs: TimeMs): number {
    let lots = Math.min(offered, this.#account.affordableLots(order, price, feeRate))
    let reason = 'reduced to what the account covers'
    if (order.reduceOnly) {
      const position = this.#account.positionLots(order.instrumentIndex)
      const reducible = order.side === 'sell' ? Math.max(0, position) : Math.max(0, -position)
      if (reducible < lots) {
        lots = reducible
        reason = 'reduced to the position it may reduce'
      }
    }
    if (order.timeInForce === 'FOK' && lots < order.remainingLots) return 0
    if (lots > 0 && lots < offered) this.#events.reduced(order, order.filledLots + lots, reason, timeMs)
    return lots
  }

  #drop(resting: RestingOrder, reason: string, timeMs: TimeMs): void {
    if (this.#remove(resting.order)) this.#events.cancelled(resting.order, reason, timeMs)
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
