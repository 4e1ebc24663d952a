import type { Instrument, TimeMs } from '@kestrel/core'
import { stepsToNumber } from '@kestrel/core'
import type { OrderGroup } from './order-group.ts'
import type { OrderState, OrderType, Side, TimeInForce, TriggerSource } from './records.ts'
import {
  CLOSED,
  CREATED,
  EXPIRE,
  FILLED,
  FULL_LOTS,
  LIMIT,
  LOTS,
  NOTIONAL,
  ORDER_WIDTH,
  RESERVED,
  TRIGGER,
} from './order-row.ts'
import { isFinal } from './order-state.ts'
import { PLAIN_TERMS, type SpecialTerms } from './special-terms.ts'

/** The position of an instrument that an order trades where an account keeps two, one long and one short (hedge mode). */
export type PositionSide = 'long' | 'short'

/** What a strategy asks for. Prices and quantities must lie on the instrument's grid. */
export interface OrderRequest {
  readonly instrument: Instrument
  readonly side: Side
  /** Base units, positive. */
  readonly quantity: number
  /** `market` unless stated. */
  readonly type?: OrderType
  /** Quote units; needed by `limit`, `stop-limit` and `take-profit-limit`. */
  readonly limitPrice?: number
  /** Quote units; needed by `stop-market`, `stop-limit`, `take-profit` and `take-profit-limit`. */
  readonly triggerPrice?: number
  /** What sets off a stop or take-profit; `last` unless stated. */
  readonly triggerBy?: TriggerSource
  /** Quote units that a `trailing-stop` stays behind the best price since its activation. */
  readonly trailingDistance?: number
  /** The same as a fraction of that price, above 0 and below 1; either this or `trailingDistance`. */
  readonly trailingRate?: number
  /** Quote units: a `trailing-stop` follows from the first touch of it on; from its arrival where absent. */
  readonly activationPrice?: number
  /** Base units that an iceberg shows at a time, at most `quantity`. Only where it can rest as a limit. */
  readonly displayQuantity?: number
  /** `GTC` unless stated. */
  readonly timeInForce?: TimeInForce
  /** End of a GTD order. */
  readonly expireTimeMs?: TimeMs
  /** Reject instead of taking liquidity. */
  readonly postOnly?: boolean
  /** Never open or enlarge a position. */
  readonly reduceOnly?: boolean
  /** Which of the two positions it trades in hedge mode: needed there, and only there. */
  readonly positionSide?: PositionSide
  /** Free text kept with the order, its fills and the trade. */
  readonly tag?: string
  readonly closePosition?: undefined
}

/** An order that trades whatever is held when it is set off, or when it comes to the market where nothing sets it off. */
export interface ClosePositionRequest extends Omit<
  OrderRequest,
  'quantity' | 'reduceOnly' | 'displayQuantity' | 'closePosition'
> {
  readonly closePosition: true
  readonly type?: 'market' | 'stop-market' | 'take-profit' | 'trailing-stop'
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
  /** Order id of the first order of its group; undefined where it belongs to none. */
  readonly groupId: number | undefined
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
  /** 1 for the short position of hedge mode, else 0. */
  readonly leg?: 0 | 1
  readonly tag: string
  readonly createdTimeMs: TimeMs
  readonly fromTarget: boolean
  readonly quantityLots: number
  readonly limitTicks: number
  readonly triggerTicks: number
  readonly special: SpecialTerms
}

/** Terms of an order that are still being written. */
export type TermsDraft = { -readonly [Name in keyof OrderTerms]: OrderTerms[Name] }

/** A draft to begin with. Its numbers are no integers, so that V8 gives them places for float64 from the beginning. */
export function marketDraft(instrument: Instrument): TermsDraft {
  return {
    instrument,
    instrumentIndex: 0,
    strategyIndex: 0,
    side: 'buy',
    type: 'market',
    timeInForce: 'GTC',
    expireTimeMs: Infinity,
    postOnly: false,
    reduceOnly: false,
    leg: 0,
    tag: '',
    createdTimeMs: Number.NaN,
    fromTarget: false,
    quantityLots: Number.NaN,
    limitTicks: Number.NaN,
    triggerTicks: Number.NaN,
    special: PLAIN_TERMS,
  }
}

/** An order as the kernel and a venue hold it. Quantities are whole lots, prices whole ticks. Its numbers are in its row. */
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
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  /** 1 for the short position of hedge mode, else 0. */
  readonly leg: 0 | 1
  readonly tag: string
  /** True when it comes from `target`: it shrinks to the cash at hand and gives way to the next target. */
  readonly fromTarget: boolean
  readonly special: SpecialTerms
  /** Set once, before it is sent. */
  group: OrderGroup | undefined = undefined
  state: OrderState = 'created'
  reason = ''
  /** Places in the lists of the desk and of the venue, which they alone use. */
  openIndex = -1
  venueIndex = -1
  readonly #row: Float64Array
  readonly #start: number

  /**
   * @param row - Memory that holds its numbers, see `order-row.ts`; its own where there is no archive.
   * @param start - Where they begin there; what follows is still zero.
   */
  constructor(orderId: number, terms: OrderTerms, row: Float64Array = new Float64Array(ORDER_WIDTH), start = 0) {
    this.orderId = orderId
    this.#row = row
    this.#start = start
    this.instrument = terms.instrument
    this.instrumentIndex = terms.instrumentIndex
    this.strategyIndex = terms.strategyIndex
    this.side = terms.side
    this.type = terms.type
    this.timeInForce = terms.timeInForce
    this.postOnly = terms.postOnly
    this.reduceOnly = terms.reduceOnly
    this.leg = terms.leg ?? 0
    this.tag = terms.tag
    this.fromTarget = terms.fromTarget
    this.special = terms.special
    row[start + FULL_LOTS] = terms.quantityLots
    row[start + LOTS] = terms.quantityLots
    row[start + LIMIT] = terms.limitTicks
    row[start + TRIGGER] = terms.triggerTicks
    row[start + CREATED] = terms.createdTimeMs
    row[start + CLOSED] = Number.NaN
    row[start + EXPIRE] = terms.expireTimeMs
  }

  /** Lots asked for; a member of a group may be smaller now. */
  get fullLots(): number {
    return this.#row[this.#start + FULL_LOTS] as number
  }

  get quantityLots(): number {
    return this.#row[this.#start + LOTS] as number
  }

  set quantityLots(lots: number) {
    this.#row[this.#start + LOTS] = lots
  }

  get filledLots(): number {
    return this.#row[this.#start + FILLED] as number
  }

  set filledLots(lots: number) {
    this.#row[this.#start + FILLED] = lots
  }

  /** Sum of price times base units over the fills. */
  get filledNotional(): number {
    return this.#row[this.#start + NOTIONAL] as number
  }

  set filledNotional(notional: number) {
    this.#row[this.#start + NOTIONAL] = notional
  }

  /** NaN where the type has none. */
  get limitTicks(): number {
    return this.#row[this.#start + LIMIT] as number
  }

  set limitTicks(ticks: number) {
    this.#row[this.#start + LIMIT] = ticks
  }

  /** NaN where the type has none. */
  get triggerTicks(): number {
    return this.#row[this.#start + TRIGGER] as number
  }

  set triggerTicks(ticks: number) {
    this.#row[this.#start + TRIGGER] = ticks
  }

  /** Money or lots set aside for it while it rests. */
  get reserved(): number {
    return this.#row[this.#start + RESERVED] as number
  }

  set reserved(amount: number) {
    this.#row[this.#start + RESERVED] = amount
  }

  get createdTimeMs(): TimeMs {
    return this.#row[this.#start + CREATED] as number
  }

  /** NaN while it is open. */
  get closedTimeMs(): TimeMs {
    return this.#row[this.#start + CLOSED] as number
  }

  set closedTimeMs(timeMs: TimeMs) {
    this.#row[this.#start + CLOSED] = timeMs
  }

  /** Infinite unless it is GTD. */
  get expireTimeMs(): TimeMs {
    return this.#row[this.#start + EXPIRE] as number
  }

  /** True where it must trade at once, as far as it can, and never rests. */
  get isImmediate(): boolean {
    return this.timeInForce === 'IOC' || this.timeInForce === 'FOK'
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

  get groupId(): number | undefined {
    return this.group?.groupId
  }

  /** True while further fills of its group's entry may make it larger: until then it is not done when it is filled. */
  get mayGrow(): boolean {
    const entry = this.group?.entry
    return entry !== undefined && entry !== this && !isFinal(entry.state)
  }

  /** Money or lots set aside for it, by itself or by the member of its group that does so for all of a side. */
  get setAside(): number {
    if (this.group === undefined || this.reserved > 0) return this.reserved
    return this.group.holderOf(this.side)?.reserved ?? 0
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
