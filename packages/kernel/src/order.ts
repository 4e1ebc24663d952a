import type { Instrument, TimeMs } from '@kestrel/core'
import { stepsToNumber } from '@kestrel/core'
import type { OrderState, OrderType, Side, TimeInForce } from './records.ts'

/** What a strategy asks for. Prices and quantities must lie on the instrument's grid. */
export interface OrderRequest {
  readonly instrument: Instrument
  readonly side: Side
  /** Base units, positive. */
  readonly quantity: number
  /** `market` unless stated. */
  readonly type?: OrderType
  /** Quote units; needed by `limit` and `stop-limit`. */
  readonly limitPrice?: number
  /** Quote units; needed by `stop-market`, `stop-limit` and `take-profit`. */
  readonly triggerPrice?: number
  /** `GTC` unless stated. */
  readonly timeInForce?: TimeInForce
  /** End of a GTD order. */
  readonly expireTimeMs?: TimeMs
  /** Reject instead of taking liquidity. */
  readonly postOnly?: boolean
  /** Never open or enlarge a position. */
  readonly reduceOnly?: boolean
  /** Free text kept with the order, its fills and the trade. */
  readonly tag?: string
}

/** What a strategy may read of an order. */
export interface OrderView {
  readonly orderId: number
  readonly instrument: Instrument
  readonly side: Side
  readonly type: OrderType
  readonly state: OrderState
  readonly reason: string
  readonly tag: string
  /** Base units. */
  readonly quantity: number
  readonly filledQuantity: number
  readonly remainingQuantity: number
  /** Quantity-weighted fill price; undefined before the first fill. */
  readonly averagePrice: number | undefined
}

/** What an order is made of, all of it stated. */
export interface OrderTerms {
  readonly instrument: Instrument
  readonly instrumentIndex: number
  readonly strategyIndex: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly expireTimeMs: TimeMs
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly tag: string
  readonly createdTimeMs: TimeMs
  readonly fromTarget: boolean
  readonly quantityLots: number
  readonly limitTicks: number
  readonly triggerTicks: number
}

/** An order as the kernel and a venue hold it. Quantities are whole lots, prices whole ticks. */
export class Order implements OrderView {
  readonly orderId: number
  readonly instrument: Instrument
  /** Index of the instrument in the run. */
  readonly instrumentIndex: number
  /** Index of the strategy in the run. */
  readonly strategyIndex: number
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly expireTimeMs: TimeMs
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly tag: string
  readonly createdTimeMs: TimeMs
  /** True when it comes from `target`: it shrinks to the cash at hand and gives way to the next target. */
  readonly fromTarget: boolean
  quantityLots: number
  /** NaN where the type has none. */
  limitTicks: number
  /** NaN where the type has none. */
  triggerTicks: number
  filledLots = 0
  /** Sum of price times base units over the fills. */
  filledNotional = 0
  state: OrderState = 'created'
  reason = ''
  closedTimeMs: TimeMs = Number.NaN
  /** Money or lots set aside for it while it rests. */
  reserved = 0

  constructor(orderId: number, terms: OrderTerms) {
    this.orderId = orderId
    this.instrument = terms.instrument
    this.instrumentIndex = terms.instrumentIndex
    this.strategyIndex = terms.strategyIndex
    this.side = terms.side
    this.type = terms.type
    this.timeInForce = terms.timeInForce
    this.expireTimeMs = terms.expireTimeMs
    this.postOnly = terms.postOnly
    this.reduceOnly = terms.reduceOnly
    this.tag = terms.tag
    this.createdTimeMs = terms.createdTimeMs
    this.fromTarget = terms.fromTarget
    this.quantityLots = terms.quantityLots
    this.limitTicks = terms.limitTicks
    this.triggerTicks = terms.triggerTicks
  }

  get quantity(): number {
    return stepsToNumber(this.quantityLots, this.instrument.lot)
  }

  get filledQuantity(): number {
    return stepsToNumber(this.filledLots, this.instrument.lot)
  }

  get remainingLots(): number {
    return this.quantityLots - this.filledLots
  }

  get remainingQuantity(): number {
    return stepsToNumber(this.quantityLots - this.filledLots, this.instrument.lot)
  }

  get averagePrice(): number | undefined {
    return this.filledLots === 0 ? undefined : this.filledNotional / this.filledQuantity
  }

  /** NaN where the type has none. */
  get limitPrice(): number {
    return stepsToNumber(this.limitTicks, this.instrument.tick)
  }

  /** NaN where the type has none. */
  get triggerPrice(): number {
    return stepsToNumber(this.triggerTicks, this.instrument.tick)
  }
}

declare const approved: unique symbol

/** An order that passed every pre-trade check. Only {@link checkOrder} makes one, and a venue takes nothing else. */
export type ApprovedOrder = Order & { readonly [approved]: true }
