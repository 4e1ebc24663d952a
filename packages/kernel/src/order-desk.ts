// Longer than most files: the one place where orders change state, so that every change is booked, logged and told.
import { type Instrument, stepsToNumber, type TimeMs } from '@kestrel/core'
import { FillBook } from './fill-book.ts'
import type { Kernel } from './kernel.ts'
import { isFinal, transition } from './order-state.ts'
import { OrderArchive } from './order-archive.ts'
import { Order, type OrderRequest, type OrderTerms } from './order.ts'
import { amendedRequest, gridOf, validateRequest } from './order-request.ts'
import type { OrderRecord, OrderState } from './records.ts'
import { checkOrder, type RiskState } from './risk.ts'
import { RoundTrips } from './round-trips.ts'
import type { OrderChanges } from './strategy.ts'
import type { LogKind } from './event-log.ts'
import type { AmendedTerms, Execution, Venue, VenueEvents } from './venue.ts'

const STATE_CHANGE = -1

/** Takes orders from strategies to the venue and the venue's answers to the ledger, the log and the strategies. */
export class OrderDesk implements VenueEvents {
  readonly fills: FillBook
  readonly trips: RoundTrips
  /** Signed lots that working orders of `target` still have to trade, by slot. */
  readonly pendingLots: Float64Array
  readonly #kernel: Kernel
  readonly #archive: OrderArchive
  readonly #instrumentCount: number
  /** Orders that are not final, oldest first. */
  readonly #open: Order[] = []
  /** One object for all checks: an order is made often enough for another one each time to count. */
  readonly #riskState: RiskState
  #isHolding = false
  /** What strategies have still to be told: an order and the index of its fill, {@link STATE_CHANGE} for none. */
  readonly #heldOrders: Order[] = []
  readonly #heldFills: number[] = []
  #venue!: Venue
  #closed = false

  constructor(kernel: Kernel) {
    const { instruments, strategies } = kernel.config
    this.#kernel = kernel
    this.#instrumentCount = instruments.length
    this.pendingLots = new Float64Array(instruments.length * strategies.length)
    const names = strategies.map((each) => each.definition.name)
    this.fills = new FillBook(instruments, names)
    this.trips = new RoundTrips(instruments, names)
    this.#archive = new OrderArchive(instruments, names, kernel.config.session)
    const { ledger, config } = kernel
    this.#riskState = { ledger, limits: config.risk, openOrders: 0, freeLots: 0, positionLots: 0, active: true }
  }

  connect(venue: Venue): void {
    this.#venue = venue
  }

  /** No order passes from here on. */
  close(): void {
    this.#closed = true
  }

  slot(order: Order): number {
    return order.strategyIndex * this.#instrumentCount + order.instrumentIndex
  }

  openOrders(strategyIndex: number, instrumentIndex: number | undefined): Order[] {
    return this.#open.filter(
      (each) =>
        each.strategyIndex === strategyIndex &&
        (instrumentIndex === undefined || each.instrumentIndex === instrumentIndex),
    )
  }

  /** Working orders of `target` in one slot. */
  workingTargets(slot: number): Order[] {
    return this.#open.filter((each) => each.fromTarget && this.slot(each) === slot)
  }

  /**
   * Checks a request and, when it passes, sends it. What is wrong with it in the venue's eyes refuses the order, with
   * the reason in it; what no venue could even read throws.
   *
   * @throws UsageError `KERNEL_ORDER_REQUEST` for NaN, a missing price, or an unknown instrument.
   */
  submit(strategyIndex: number, instrumentIndex: number, request: OrderRequest): Order {
    validateRequest(request)
    const grid = gridOf(request)
    return this.#place(
      {
        instrument: request.instrument,
        instrumentIndex,
        strategyIndex,
        side: request.side,
        type: request.type ?? 'market',
        timeInForce: request.timeInForce ?? 'GTC',
        expireTimeMs: request.expireTimeMs ?? Infinity,
        postOnly: request.postOnly ?? false,
        reduceOnly: request.reduceOnly ?? false,
        tag: request.tag ?? '',
        createdTimeMs: this.#kernel.nowMs,
        fromTarget: false,
        quantityLots: grid.quantityLots,
        limitTicks: grid.limitTicks,
        triggerTicks: grid.triggerTicks,
      },
      grid.problem,
    )
  }

  /** Sends a market order for a target: its lots are on the grid already. */
  submitForTarget(strategyIndex: number, instrumentIndex: number, signedLots: number, tag: string): Order {
    return this.#place(
      {
        instrument: this.#kernel.config.instruments[instrumentIndex] as Instrument,
        instrumentIndex,
        strategyIndex,
        side: signedLots > 0 ? 'buy' : 'sell',
        type: 'market',
        timeInForce: 'GTC',
        expireTimeMs: Infinity,
        postOnly: false,
        reduceOnly: false,
        tag,
        createdTimeMs: this.#kernel.nowMs,
        fromTarget: true,
        quantityLots: Math.abs(signedLots),
        limitTicks: Number.NaN,
        triggerTicks: Number.NaN,
      },
      undefined,
    )
  }

  #place(terms: OrderTerms, problem: string | undefined): Order {
    const order = new Order(this.#archive.nextId(), terms)
    const nowMs = terms.createdTimeMs
    this.#log(
      'order-created',
      order,
      nowMs,
      order.type,
      order.side === 'buy' ? order.quantityLots : -order.quantityLots,
    )
    this.#kernel.decisions.ordered(order.orderId)
    if (problem !== undefined) return this.#refuse(order, problem)
    if (this.#closed) return this.#refuse(order, 'the run has ended')
    const verdict = checkOrder(order, this.#riskStateFor(order))
    if (typeof verdict === 'string') return this.#refuse(order, verdict)
    order.state = 'submitted'
    this.#open.push(order)
    if (order.fromTarget) this.#addPending(order, order.quantityLots)
    if (order.type !== 'market') {
      this.#kernel.ledger.reserve(order, this.#reservePrice(order), order.instrument.takerFeeRate)
    }
    this.#venue.submit(verdict, nowMs)
    return order
  }

  cancel(order: Order, reason: string): void {
    if (!isFinal(order.state)) this.#venue.cancel(order, reason, this.#kernel.nowMs)
  }

  /**
   * Asks for new terms of a resting order, through the same checks as a new one.
   *
   * @returns Why it was refused, in which case the order stands as it was; undefined when the venue was asked.
   * @throws UsageError `KERNEL_ORDER_REQUEST` for NaN.
   */
  amend(order: Order, changes: OrderChanges): string | undefined {
    if (isFinal(order.state)) return this.#refuseAmend(order, `the order is ${order.state}`)
    const request = amendedRequest(order, changes)
    validateRequest(request)
    const { problem, ...terms } = gridOf(request)
    if (problem !== undefined) return this.#refuseAmend(order, problem)
    if (terms.quantityLots <= order.filledLots) {
      this.cancel(order, 'amended to what is filled')
      return undefined
    }
    const refusal = this.#refusalOn(order, terms)
    if (refusal !== undefined) return this.#refuseAmend(order, refusal)
    this.#venue.amend(order, terms, this.#kernel.nowMs)
    return undefined
  }

  /** What the checks say of an order if it stood on other terms; the order is left as it is. */
  #refusalOn(order: Order, terms: AmendedTerms): string | undefined {
    const { ledger } = this.#kernel
    const { quantityLots, limitTicks, triggerTicks } = order
    ledger.release(order)
    Object.assign(order, terms)
    const verdict = checkOrder(order, this.#riskStateFor(order))
    Object.assign(order, { quantityLots, limitTicks, triggerTicks })
    if (order.type !== 'market') ledger.reserve(order, this.#reservePrice(order), order.instrument.takerFeeRate)
    return typeof verdict === 'string' ? verdict : undefined
  }

  amended(order: Order, terms: AmendedTerms, tsEventMs: TimeMs): void {
    const { ledger } = this.#kernel
    if (order.fromTarget) this.#addPending(order, terms.quantityLots - order.quantityLots)
    ledger.release(order)
    Object.assign(order, terms)
    if (order.type !== 'market') ledger.reserve(order, this.#reservePrice(order), order.instrument.takerFeeRate)
    this.#log('order-amended', order, tsEventMs, '', order.quantityLots)
  }

  #refuseAmend(order: Order, reason: string): string {
    this.#log('order-amend-refused', order, this.#kernel.nowMs, reason, order.quantityLots)
    return reason
  }

  /** What the checks need to know; the order itself does not count among those that are open. */
  #riskStateFor(order: Order): RiskState {
    const state = this.#riskState
    const open = this.#open.length
    state.openOrders = open - (order.state === 'created' ? 0 : 1)
    state.positionLots = this.#kernel.ledger.lots[this.slot(order)] as number
    state.freeLots = open === 0 ? state.positionLots : state.positionLots - this.#reservedLots(order)
    return state
  }

  accepted(order: Order, tsEventMs: TimeMs): void {
    this.#move(order, 'accepted', 'order-accepted', '', tsEventMs)
  }

  rejected(order: Order, reason: string, tsEventMs: TimeMs): void {
    this.#move(order, 'rejected', 'order-rejected', reason, tsEventMs)
  }

  triggered(order: Order, tsEventMs: TimeMs): void {
    this.#move(order, 'triggered', 'order-triggered', '', tsEventMs)
  }

  cancelled(order: Order, reason: string, tsEventMs: TimeMs): void {
    this.#move(order, 'cancelled', 'order-cancelled', reason, tsEventMs)
  }

  expired(order: Order, reason: string, tsEventMs: TimeMs): void {
    this.#move(order, 'expired', 'order-expired', reason, tsEventMs)
  }

  reduced(order: Order, lots: number, reason: string, tsEventMs: TimeMs): void {
    if (order.fromTarget) this.#addPending(order, lots - order.quantityLots)
    order.quantityLots = lots
    order.reason = reason
    this.#log('order-reduced', order, tsEventMs, reason, lots)
  }

  filled(order: Order, execution: Execution): void {
    const kernel = this.#kernel
    const { lots, price, fee, slippage, tsEventMs } = execution
    kernel.setNow(tsEventMs)
    order.filledLots += lots
    const quantity = stepsToNumber(lots, order.instrument.lot)
    order.filledNotional += quantity * price
    const done = order.filledLots >= order.quantityLots
    order.state = transition(order.orderId, order.state, done ? 'filled' : 'partially-filled')
    const slot = this.slot(order)
    const signedLots = order.side === 'buy' ? lots : -lots
    if (order.reserved > 0) {
      if (done) kernel.ledger.release(order)
      else kernel.ledger.reserve(order, this.#reservePrice(order), order.instrument.takerFeeRate)
    }
    kernel.ledger.apply(slot, order.instrumentIndex, signedLots, price, fee, slippage)
    if (order.fromTarget) this.#addPending(order, -lots)
    const fillIndex = this.fills.count
    this.fills.add(order, execution, kernel.equityRows)
    this.trips.apply(slot, order, execution, fillIndex)
    kernel.log.append('fill', tsEventMs, order.orderId, '', signedLots, price, fee)
    if (done) this.#finish(order, tsEventMs)
    if (this.#isHolding) this.#holdBack(order, fillIndex)
    else this.#tellFill(order, fillIndex)
  }

  hold(): void {
    this.#isHolding = true
  }

  tell(): void {
    this.#isHolding = false
    for (let i = 0; i < this.#heldOrders.length; i++) {
      const order = this.#heldOrders[i] as Order
      const fillIndex = this.#heldFills[i] as number
      if (fillIndex !== STATE_CHANGE) this.#tellFill(order, fillIndex)
      // That it was set off on its way to being filled is told by the fill.
      else if (order.state !== 'filled') this.#tellOrder(order)
    }
    this.#heldOrders.length = 0
    this.#heldFills.length = 0
  }

  #holdBack(order: Order, fillIndex: number): void {
    this.#heldOrders.push(order)
    this.#heldFills.push(fillIndex)
  }

  #tellFill(order: Order, fillIndex: number): void {
    const kernel = this.#kernel
    const handlers = kernel.handlers(order.strategyIndex)
    if (handlers?.onFill !== undefined) handlers.onFill(this.fills.record(fillIndex))
    kernel.decisions.endCallback(kernel.nowMs, kernel.strategyName(order.strategyIndex), order.instrument.id)
  }

  #tellOrder(order: Order): void {
    const onOrder = this.#kernel.handlers(order.strategyIndex)?.onOrder
    if (onOrder !== undefined) onOrder(order)
  }

  /** Every order so far, as it ended or as it stands. */
  records(): OrderRecord[] {
    for (const order of this.#open) this.#archive.store(order)
    return this.#archive.records()
  }

  #move(order: Order, to: OrderState, kind: LogKind, reason: string, tsEventMs: TimeMs): void {
    // Replies in `onOrder` are placed when it happened, not when the last thing before it did.
    this.#kernel.setNow(tsEventMs)
    order.state = transition(order.orderId, order.state, to)
    if (reason !== '') order.reason = reason
    this.#log(kind, order, tsEventMs, reason, order.quantityLots)
    if (isFinal(to)) {
      if (order.fromTarget) this.#addPending(order, -order.remainingLots)
      this.#finish(order, tsEventMs)
    }
    if (!this.#isHolding) this.#tellOrder(order)
    // Told once, as it stands then: what it went through in between was never to be seen.
    else if (!this.#heldOrders.some((each, i) => each === order && this.#heldFills[i] === STATE_CHANGE)) {
      this.#holdBack(order, STATE_CHANGE)
    }
  }

  #refuse(order: Order, reason: string): Order {
    order.reason = reason
    order.state = transition(order.orderId, order.state, 'refused')
    order.closedTimeMs = this.#kernel.nowMs
    this.#archive.store(order)
    this.#log('order-refused', order, this.#kernel.nowMs, reason, order.quantityLots)
    return order
  }

  #finish(order: Order, tsEventMs: TimeMs): void {
    order.closedTimeMs = tsEventMs
    if (order.reserved > 0) this.#kernel.ledger.release(order)
    this.#archive.store(order)
    const open = this.#open
    if (open[open.length - 1] === order) open.pop()
    else open.splice(open.indexOf(order), 1)
  }

  #addPending(order: Order, lots: number): void {
    const slot = this.slot(order)
    this.pendingLots[slot] = (this.pendingLots[slot] as number) + (order.side === 'buy' ? lots : -lots)
  }

  #reservedLots(order: Order): number {
    let reserved = 0
    for (const each of this.#open) {
      if (each !== order && each.side === 'sell' && this.slot(each) === this.slot(order)) {
        reserved += each.reserved > 0 ? each.reserved : each.remainingLots
      }
    }
    return reserved
  }

  #reservePrice(order: Order): number {
    return Number.isNaN(order.limitTicks) ? order.triggerPrice : order.limitPrice
  }

  #log(kind: LogKind, order: Order, timeMs: TimeMs, text: string, lots: number): void {
    const { orderId, limitTicks, triggerTicks } = order
    this.#kernel.log.append(kind, timeMs, orderId, text, lots, orNone(limitTicks), orNone(triggerTicks))
  }
}

/** The log holds -1 for a price that the type does not have: NaN has many bit patterns, and the log is hashed. */
function orNone(ticks: number): number {
  return Number.isNaN(ticks) ? -1 : ticks
}
