import type { TimeMs } from '@kestrel/core'
import type { AccountView, VenueEvents } from '@kestrel/kernel'
import type { Executor } from './executor.ts'
import type { FillModel } from './fill-model.ts'
import type { Lane } from './lane.ts'
import type { RestingOrder } from './resting-order.ts'
import { ownOrdersMet } from './self-trade.ts'

/** What happens when an order and a price of its market meet. */
export class Meeting {
  readonly #events: VenueEvents
  readonly #account: AccountView
  readonly #executor: Executor
  readonly #model: FillModel

  constructor(events: VenueEvents, account: AccountView, executor: Executor, model: FillModel) {
    this.#events = events
    this.#account = account
    this.#executor = executor
    this.#model = model
  }

  /** Lets an order meet the present price at an open or a close: it trades what it can there, and rests or goes. */
  atMarket(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    this.#meet(lane, resting, true, timeMs)
  }

  /** Lets an order that a bar has set off meet the price at which it was. */
  inside(lane: Lane, resting: RestingOrder, timeMs: TimeMs): void {
    this.#meet(lane, resting, false, timeMs)
  }

  /** Sets a stop or take-profit off. */
  trigger(resting: RestingOrder, timeMs: TimeMs): void {
    resting.triggered = true
    // A limit joins its queue now, not when it was sent.
    resting.activeFromMs = Math.max(resting.activeFromMs, timeMs)
    resting.plan(this.#model.throughTicks)
    this.#events.triggered(resting.order, timeMs)
  }

  #meet(lane: Lane, resting: RestingOrder, isAtMarket: boolean, timeMs: TimeMs): void {
    // What happened to another order at this price may have ended it, or left it nothing to do.
    if (resting.gone) return
    const { order } = resting
    const { price } = lane
    if (!resting.canTrade(lane.bar)) {
      resting.arrived = true
      return
    }
    // Without latency it was accepted at the price that it was sent at.
    const isLate = (this.#model.latencyMs > 0 || this.#model.latency !== undefined) && !resting.arrived
    if (order.postOnly && isLate && this.#executor.wouldTake(lane, order, price)) {
      this.#executor.drop(resting, `post-only, but it would take at ${price}`, timeMs)
      return
    }
    if (!resting.takesAnyPrice && !resting.isLimit && this.#isSetOff(lane, resting)) {
      this.trigger(resting, timeMs)
      resting.takingBar = lane.bar
    }
    if (resting.takesAnyPrice) this.#takeAnyPrice(lane, resting, isAtMarket, timeMs)
    else if (resting.isLimit) this.#meetAsLimit(lane, resting, isAtMarket, timeMs)
    resting.arrived = true
    if (order.isImmediate && (resting.isLimit || resting.takesAnyPrice)) {
      this.#executor.drop(resting, `${order.timeInForce}: not filled at once`, timeMs)
    }
  }

  #isSetOff(lane: Lane, resting: RestingOrder): boolean {
    return resting.reachedAt(resting.waitsForMark ? (lane.marks?.open[lane.bar] ?? lane.price) : lane.price)
  }

  #takeAnyPrice(lane: Lane, resting: RestingOrder, isAtMarket: boolean, timeMs: TimeMs): void {
    const { order } = resting
    if (order.special.closePosition && order.quantityLots === 0) {
      const held = this.#account.positionLots(order.instrumentIndex, order.leg)
      const lots = order.side === 'sell' ? held : -held
      if (lots <= 0) {
        this.#executor.drop(resting, 'it closes the position, but there is none on its side', timeMs)
        return
      }
      this.#events.grown(order, lots, timeMs)
    }
    if (isAtMarket && this.#meetsItself(lane, resting, lane.price, timeMs)) return
    if (this.#isFilledWhole(lane, resting, timeMs)) this.#executor.take(lane, resting, lane.price, Infinity, timeMs)
  }

  #meetAsLimit(lane: Lane, resting: RestingOrder, isAtMarket: boolean, timeMs: TimeMs): void {
    const { order, limitPrice, arrived } = resting
    const { price } = lane
    if (!this.#isFilledWhole(lane, resting, timeMs)) return
    // A limit that arrives beyond the market takes; one that has rested is a maker wherever price gapped to. Price gaps to
    // none that was beyond the last close: what is left of such an order would have taken there.
    // One that arrives inside the spread rests there: nobody has traded with it yet.
    const stands = arrived && !(isAtMarket && this.#executor.wouldTake(lane, order, lane.closeBefore(resting)))
    const takes = !stands && !order.postOnly && price !== limitPrice && this.#executor.wouldTake(lane, order, price)
    const rested = arrived || price === limitPrice
    if (takes) resting.takingBar = lane.bar
    if (takes) {
      if (isAtMarket && this.#meetsItself(lane, resting, price, timeMs)) return
      this.#executor.take(lane, resting, price, limitPrice, timeMs)
    } else if (rested && resting.reachedAt(price)) this.#executor.make(lane, resting, price, timeMs)
    // What is left of it comes to rest, and may meet an order of ours there.
    if (isAtMarket && !arrived && !order.isImmediate) this.#meetsItself(lane, resting, limitPrice, timeMs)
  }

  /** False for a fill-or-kill order that the bar's volume does not cover: it goes. */
  #isFilledWhole(lane: Lane, resting: RestingOrder, timeMs: TimeMs): boolean {
    const { order } = resting
    if (order.timeInForce !== 'FOK') return true
    if (lane.budgetLots(this.#model.volumeShare, order.instrument, resting.gain) >= order.remainingLots) return true
    this.#executor.drop(resting, 'fill-or-kill: the volume does not cover the whole quantity', timeMs)
    return false
  }

  /** Keeps an order from trading with another of ours at `price`. True when it was itself that had to go. */
  #meetsItself(lane: Lane, resting: RestingOrder, price: number, timeMs: TimeMs): boolean {
    const mode = this.#model.selfTrade ?? 'cancel-oldest'
    if (mode === 'allow' || resting.gone) return resting.gone
    const met = ownOrdersMet(lane.orders, resting, price, lane.price, this.#model.throughTicks)
    if (met.length === 0) return false
    if (mode !== 'cancel-newest') {
      for (const each of met) this.#executor.drop(each, `order ${resting.order.orderId} would trade with it`, timeMs)
    }
    if (mode !== 'cancel-oldest') {
      const first = met[0] as RestingOrder
      this.#executor.drop(resting, `it would trade with order ${first.order.orderId}`, timeMs)
    }
    return resting.gone
  }
}
