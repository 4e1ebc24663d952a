// Longer than most files: the fill rules of a bar are one state machine and have to be read together.
import { type BarColumns, roundToSteps, stepsToNumber, type TimeMs } from '@kestrel/core'
import type { AccountView, ApprovedOrder, Order, Venue, VenueEvents } from '@kestrel/kernel'
import type { FillModel } from './fill-model.ts'
import { lowFirst } from './intrabar-path.ts'
import { Lane } from './lane.ts'
import { RestingOrder } from './resting-order.ts'

const SELLS_FIRST = ['sell', 'buy'] as const

/**
 * A venue simulated on bars. For each bar, in this order:
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

  /** @param bars - Execution bars by instrument; the finest there are. */
  constructor(events: VenueEvents, account: AccountView, model: FillModel, bars: readonly BarColumns[]) {
    this.#events = events
    this.#account = account
    this.#model = model
    this.#lanes = bars.map((columns, index) => new Lane(columns, index))
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    if (this.#activeOrders === 0) for (const lane of this.#lanes) lane.skipTo(nowMs)
    const lane = this.#lane(order)
    if (order.postOnly && this.#wouldTake(order, lane.price)) {
      this.#events.rejected(order, `post-only, but it would take at ${lane.price}`, nowMs)
      return
    }
    this.#events.accepted(order, nowMs)
    lane.resting.push(new RestingOrder(order, nowMs + this.#model.latencyMs, this.#model.throughTicks))
    if (order.timeInForce === 'GTD') lane.holdsGtd = true
    this.#activeOrders++
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    if (this.#remove(order)) this.#events.cancelled(order, reason, nowMs)
  }

  amended(order: Order, nowMs: TimeMs): void {
    const lane = this.#lane(order)
    const index = lane.resting.findIndex((each) => each.order === order)
    const old = lane.resting[index]
    if (old === undefined) return
    if (order.postOnly && this.#wouldTake(order, lane.price)) {
      this.#drop(old, `post-only, but as amended it would take at ${lane.price}`, nowMs)
      return
    }
    // A changed price or size loses its place: it goes to the end, as at a real venue.
    const fresh = new RestingOrder(order, nowMs + this.#model.latencyMs, this.#model.throughTicks)
    fresh.triggered = old.triggered
    fresh.plan(this.#model.throughTicks)
    old.gone = true
    lane.resting.splice(index, 1)
    lane.resting.push(fresh)
  }

  advanceTo(timeMs: TimeMs): void {
    // With no order resting nothing can happen; the bars are passed over at once when the next order comes.
    if (this.#activeOrders === 0) return
    const lanes = this.#lanes
    for (;;) {
      let closeMs = Infinity
      for (let i = 0; i < lanes.length; i++) closeMs = Math.min(closeMs, (lanes[i] as Lane).nextCloseMs)
      if (closeMs > timeMs) return
      this.#bar(lanes.length === 1 ? lanes : lanes.filter((lane) => lane.nextCloseMs === closeMs))
    }
  }

  settle(timeMs: TimeMs): void {
    if (this.#model.marketFill !== 'close' || this.#activeOrders === 0) return
    for (const side of SELLS_FIRST) {
      for (const lane of this.#lanes) {
        if (lane.resting.length === 0 || lane.lastCloseMs !== timeMs) continue
        for (const resting of lane.snapshot()) {
          const { order } = resting
          if (order.type !== 'market' || order.side !== side || resting.activeFromMs > timeMs) continue
          this.#meet(lane, resting, timeMs)
        }
      }
    }
  }

  /** One bar of all lanes that close together; their cursors move past it first, so that `lane.bar` is this bar. */
  #bar(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      lane.next()
      this.#expire(lane)
      lane.price = lane.open
    }
    for (const side of SELLS_FIRST) {
      for (const lane of lanes) {
        for (const resting of lane.snapshot()) {
          if (resting.order.side === side && resting.activeFromMs <= lane.openTimeMs) this.#atOpen(lane, resting)
        }
      }
    }
    for (const lane of lanes) {
      if (lane.resting.length > 0) this.#walk(lane)
      lane.price = lane.close
    }
  }

  #expire(lane: Lane): void {
    if (!lane.holdsGtd) return
    for (const { order } of lane.snapshot()) {
      // Whether it still traded inside this bar cannot be known, so it did not.
      if (order.expireTimeMs < lane.lastCloseMs && this.#remove(order)) {
        this.#events.expired(order, 'good-till-date has passed', order.expireTimeMs)
      }
    }
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
      const takes = !resting.arrived && !order.postOnly && price !== order.limitPrice && this.#wouldTake(order, price)
      if (takes) this.#take(lane, resting, price, order.limitPrice, timeMs)
      else if (resting.reachedAt(price)) this.#make(lane, resting, price, timeMs)
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

  /** Follows the assumed path of the bar. */
  #walk(lane: Lane): void {
    const low = lowFirst(this.#account.positionLots(lane.instrumentIndex), lane.resting, lane)
    this.#segment(lane, low ? lane.low : lane.high)
    this.#segment(lane, low ? lane.high : lane.low)
    this.#segment(lane, lane.close)
  }

  #segment(lane: Lane, end: number): void {
    const timeMs = lane.lastCloseMs
    for (;;) {
      const arrival = lane.resting.find((each) => !each.arrived && this.#arrivesNow(each, lane))
      if (arrival !== undefined) {
        this.#meet(lane, arrival, timeMs)
        continue
      }
      const next = this.#nextAlong(lane, end)
      if (next === undefined) break
      lane.price = next.reachPrice
      if (next.isLimit) this.#make(lane, next, next.order.limitPrice, timeMs)
      else {
        this.#trigger(next, timeMs)
        next.arrived = false
        this.#meet(lane, next, timeMs)
      }
    }
    lane.price = end
  }

  /** Orders placed in reply to something in this bar arrive at once; market orders under way wait for an open. */
  #arrivesNow(resting: RestingOrder, lane: Lane): boolean {
    if (resting.activeFromMs > lane.lastCloseMs) return false
    if (resting.order.type !== 'market') return true
    return this.#model.marketFill === 'next-open' && resting.activeFromMs === lane.lastCloseMs
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
    const price = resting.order.postOnly ? resting.order.limitPrice : raw
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
