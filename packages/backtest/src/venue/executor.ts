import { roundToSteps, stepsToNumber, type TimeMs } from '@kestrel/core'
import {
  type AccountView,
  contractNotional,
  type Execution,
  type Order,
  type OrderGroup,
  type VenueEvents,
} from '@kestrel/kernel'
import { FeeDesk } from '../costs/fee-desk.ts'
import type { MarketHistory } from '../costs/market-history.ts'
import { TakerCosts } from '../costs/taker-costs.ts'
import type { FillModel } from './fill-model.ts'
import type { Lane } from './lane.ts'
import type { ReductionLimit } from './reduction-limit.ts'
import type { RestingOrder } from './resting-order.ts'

/** What the executor tells the venue that it works for. */
export interface ExecutorVenue {
  /** Takes an order off the venue's book; false where it is not there. */
  remove(order: Order): boolean
  /** An order of a group has been filled, in part or whole, and its fill is booked; `price` is without spread and slippage. */
  afterFill(order: Order, group: OrderGroup, price: number, timeMs: TimeMs): void
  /** Ends an order with a reason; with `isAlone`, other members of its group stand as they are. */
  cancelNow(order: Order, reason: string, timeMs: TimeMs, isAlone?: boolean): void
}

/** Turns an order that has met a price into a fill: what it costs, how much of it the volume and the account allow. */
export class Executor {
  readonly #events: VenueEvents
  readonly #account: AccountView
  readonly #model: FillModel
  readonly #venue: ExecutorVenue
  /** Undefined where spread and slippage are numbers. */
  readonly #costs: TakerCosts | undefined
  /** Undefined where every fill pays the same rates. */
  readonly #fees: FeeDesk | undefined

  /** One object for all fills, booked before the next one: its numbers begin as NaN so that V8 gives them places for float64. */
  readonly #execution: { -readonly [Name in keyof Execution]: Execution[Name] } = {
    lots: Number.NaN,
    price: Number.NaN,
    fee: Number.NaN,
    paidIn: undefined,
    liquidity: 'taker',
    slippage: Number.NaN,
    tsEventMs: Number.NaN,
    barOpenTimeMs: Number.NaN,
  }
  /** What reduce-only orders may take, while the range of a bar is being played. */
  reductions: ReductionLimit | undefined

  /** @param histories - By instrument, for the cost models of the fill model. */
  constructor(
    events: VenueEvents,
    account: AccountView,
    model: FillModel,
    venue: ExecutorVenue,
    histories: readonly MarketHistory[] = [],
  ) {
    this.#events = events
    this.#account = account
    this.#model = model
    this.#venue = venue
    const isModelled = model.spread !== undefined || model.slippage !== undefined
    if (isModelled) this.#costs = new TakerCosts(model, histories)
    if (model.fees !== undefined) this.#fees = new FeeDesk(model.fees, account)
  }

  /** True when a limit order would trade at once at this price: it reaches beyond half the spread. */
  wouldTake(lane: Lane, order: Order, price: number): boolean {
    const half =
      this.#costs === undefined ? (price * this.#model.spreadBps) / 20_000 : price * this.#costs.halfSpread(lane)
    return order.side === 'buy' ? order.limitPrice >= price + half : order.limitPrice <= price - half
  }

  /** Takes liquidity: pays half the spread and slippage, but never beyond `limit`. */
  take(lane: Lane, resting: RestingOrder, raw: number, limit: number, timeMs: TimeMs): void {
    const { order } = resting
    const costRate =
      this.#costs === undefined
        ? this.#model.spreadBps / 20_000 + this.#model.slippageBps / 10_000
        : this.#costs.rateOf(lane, order, Math.max(1, this.#offeredLots(lane, resting, false)))
    let price = raw
    if (costRate > 0) {
      const { tick } = order.instrument
      const buy = order.side === 'buy'
      price = stepsToNumber(roundToSteps(raw * (buy ? 1 + costRate : 1 - costRate), tick, buy ? 'up' : 'down'), tick)
      if (limit !== Infinity) price = buy ? Math.min(price, limit) : Math.max(price, limit)
    }
    this.#fill(lane, resting, raw, price, 'taker', timeMs)
  }

  /** Trades as a maker at `raw`; a post-only order never at another price than its own. */
  make(lane: Lane, resting: RestingOrder, raw: number, timeMs: TimeMs): void {
    const price = resting.order.postOnly ? resting.limitPrice : lane.makerPrice(resting, raw)
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
    const isMaker = liquidity === 'maker'
    const offered = this.#offeredLots(lane, resting, isMaker)
    if (offered <= 0) return
    const feeRate = this.#fees?.rateOf(order, liquidity, timeMs) ?? this.#flatFeeRate(order, isMaker)
    const lots = this.#covered(order, offered, price, feeRate, timeMs)
    if (lots <= 0) {
      // It has taken nothing from the others of its group, so it does not end them.
      this.#venue.cancelNow(order, 'the account cannot cover it', timeMs, true)
      return
    }
    const quantity = stepsToNumber(lots, instrument.lot)
    const { settlement, contractSize } = instrument
    const notional = contractNotional(settlement, quantity, contractSize, price)
    const booked = this.#fees?.charge(order, liquidity, notional, timeMs)
    if (!isMaker) this.#costs?.took(lane, order, lots)
    if (lots === order.remainingLots && !order.mayGrow) this.#venue.remove(order)
    lane.use(lots)
    this.reductions?.took(resting, lots)
    if (isMaker || resting.arrived) resting.show(lots, lane.bar)
    if (isMaker) lane.serve(resting, lots)
    const execution = this.#execution
    execution.lots = lots
    execution.price = price
    execution.fee = booked === undefined ? notional * feeRate : booked.fee
    execution.paidIn = booked?.paidIn
    execution.liquidity = liquidity
    execution.slippage =
      settlement === 'linear'
        ? Math.abs(price - raw) * quantity * contractSize
        : Math.abs(notional - contractNotional(settlement, quantity, contractSize, raw))
    execution.tsEventMs = timeMs
    execution.barOpenTimeMs = lane.openTimeMs
    this.#events.filled(order, execution)
    if (order.group !== undefined) this.#venue.afterFill(order, order.group, raw, timeMs)
  }

  /** True where the bar has volume for all orders and, of those that are entries, for as much again of their members. */
  hasVolumeForAll(lane: Lane, orders: readonly RestingOrder[]): boolean {
    const { volumeShare } = this.#model
    if (volumeShare === undefined) return true
    let lots = 0
    for (const { order } of orders) lots += order.remainingLots * (order.group?.entry === order ? 2 : 1)
    return orders[0] === undefined || lots <= lane.budgetLots(volumeShare, orders[0].order.instrument, 0)
  }

  /** Lots that the order, the queue before it and the volume of the bar allow. */
  #offeredLots(lane: Lane, resting: RestingOrder, isMaker: boolean): number {
    const tradable = resting.tradableLots(lane.bar, isMaker || resting.arrived)
    const queued = isMaker ? lane.queuedLots(resting) : Infinity
    const budget = lane.budgetLots(this.#model.volumeShare, resting.order.instrument, resting.gain)
    const offered = Math.min(tradable, queued, budget)
    return this.reductions === undefined ? offered : Math.min(offered, this.reductions.lotsFor(resting))
  }

  #flatFeeRate({ instrument }: Order, isMaker: boolean): number {
    const { makerFeeRate, takerFeeRate } = this.#model
    return isMaker ? (makerFeeRate ?? instrument.makerFeeRate) : (takerFeeRate ?? instrument.takerFeeRate)
  }

  /** Lots of `offered` that account and reduce-only leave; an order that is cut short is told so. */
  #covered(order: Order, offered: number, price: number, feeRate: number, timeMs: TimeMs): number {
    let lots = Math.min(offered, this.#account.affordableLots(order, price, feeRate))
    let reason = 'reduced to what the account covers'
    if (order.reduceOnly) {
      const position = this.#account.positionLots(order.instrumentIndex, order.leg)
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

  /** Ends an order with a reason. */
  drop(resting: RestingOrder, reason: string, timeMs: TimeMs): void {
    if (!resting.gone) this.#venue.cancelNow(resting.order, reason, timeMs)
  }
}
