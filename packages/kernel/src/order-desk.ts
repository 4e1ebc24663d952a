// Long because: this is the one place where orders change state, so that every change is booked, logged and told.
import { type Instrument, stepsToNumber, type TimeMs } from '@kestrel/core'
import { FillBook } from './fill-book.ts'
import type { Kernel } from './kernel.ts'
import { amendmentProblem, checkGroup } from './group-check.ts'
import { groupProblem, type GroupRequest } from './group-request.ts'
import { HeldEvents } from './held-events.ts'
import { OpenOrders } from './open-orders.ts'
import { OrderGroup } from './order-group.ts'
import { isFinal, transition } from './order-state.ts'
import { OrderArchive } from './order-archive.ts'
import { type ClosePositionRequest, marketDraft, type Order, type OrderRequest, type TermsDraft } from './order.ts'
import { amendedRequest, checkOrderKeys, gridOf, placeOnGrid, validateRequest } from './order-request.ts'
import type { OrderRecord, OrderState } from './records.ts'
import { checkOrder, type RiskState } from './risk.ts'
import { type ProtectedDesk, ProtectedOrders } from './protections/protected-orders.ts'
import { RoundTrips } from './round-trips.ts'
import type { OrderChanges } from './strategy.ts'
import type { LogKind } from './event-log.ts'
import { contractFee } from './margin/contract-value.ts'
import { PLAIN_TERMS } from './special-terms.ts'
import type { AmendedTerms, Execution, Liquidation, Venue, VenueEvents } from './venue.ts'

/** Takes orders from strategies to the venue and the venue's answers to the ledger, the log and the strategies. */
export class OrderDesk implements VenueEvents {
  readonly fills: FillBook
  readonly trips: RoundTrips
  /** Signed lots that working orders of `target` still have to trade, by slot. */
  readonly pendingLots: Float64Array
  readonly #kernel: Kernel
  readonly #archive: OrderArchive
  readonly #instrumentCount: number
  /** Positions that one strategy can have: one an instrument, two in hedge mode. */
  readonly #placeCount: number
  readonly #open = new OpenOrders()
  /** One object for all checks: an order is made often enough for another one each time to count. */
  readonly #riskState: RiskState
  readonly #riskStateOf = (order: Order): RiskState => this.#riskStateFor(order)
  /** Terms of the order that is being made, one object for all of them as well: an order takes over what it says at once. */
  readonly #terms: TermsDraft
  readonly #held = new HeldEvents({
    onFill: (order, fillIndex) => this.#tellFill(order, fillIndex),
    onOrder: (order) => this.#tellOrder(order),
  })
  /** Undefined where the run has no protections. */
  readonly #protected: ProtectedOrders | undefined
  #venue!: Venue
  #closed = false

  constructor(kernel: Kernel) {
    const { instruments, strategies } = kernel.config
    this.#kernel = kernel
    this.#instrumentCount = instruments.length
    this.#placeCount = kernel.ledger.placeCount
    this.pendingLots = new Float64Array(this.#placeCount * strategies.length)
    const names = strategies.map((each) => each.definition.name)
    const isHedged = this.#placeCount > instruments.length
    this.fills = new FillBook(instruments, names, isHedged)
    this.trips = new RoundTrips(instruments, names, this.#placeCount)
    this.#terms = marketDraft(instruments[0] as Instrument)
    this.#archive = new OrderArchive(instruments, names, kernel.config.session)
    const { ledger, config } = kernel
    const { protections = [] } = config
    if (protections.length > 0) this.#protected = new ProtectedOrders(protections, kernel, this.#protectedDesk())
    this.#riskState = {
      ledger,
      limits: config.risk,
      guard: this.#protected?.guard,
      openOrders: 0,
      freeLots: 0,
      positionLots: 0,
      active: true,
    }
  }

  connect(venue: Venue): void {
    this.#venue = venue
  }

  /** No order passes from here on. */
  close(): void {
    this.#closed = true
  }

  slot(order: Order): number {
    return order.strategyIndex * this.#placeCount + order.leg * this.#instrumentCount + order.instrumentIndex
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
  submit(strategyIndex: number, instrumentIndex: number, request: OrderRequest | ClosePositionRequest): Order {
    checkOrderKeys(request)
    validateRequest(request)
    const problem = this.#setTerms(strategyIndex, instrumentIndex, request)
    return this.#place(this.#create(), problem)
  }

  /**
   * Checks a group and, when all of it passes, sends it. What contradicts itself, and what is wrong with any order of it in
   * the venue's eyes, refuses all of its orders with the same reason.
   *
   * @throws UsageError `KERNEL_ORDER_REQUEST` for what no venue could read.
   */
  submitGroup(strategyIndex: number, instrumentIndex: number, request: GroupRequest): OrderGroup {
    let problem = groupProblem(request, this.#kernel.ledger.mark[instrumentIndex] as number)
    let entry: Order | undefined
    if (request.entry !== undefined) {
      validateRequest(request.entry)
      const offGrid = this.#setTerms(strategyIndex, instrumentIndex, request.entry)
      problem ??= offGrid
      entry = this.#create()
    }
    const members: Order[] = []
    for (const each of request.members) {
      validateRequest(each)
      const offGrid = this.#setTerms(strategyIndex, instrumentIndex, each)
      problem ??= offGrid
      members.push(this.#create())
    }
    const link = request.link ?? 'one-cancels-other'
    const group = new OrderGroup(entry, members, link, request.activeFrom ?? 'fill')
    if (this.#closed) problem ??= 'the run has ended'
    const verdict = problem ?? checkGroup(group, this.#riskStateOf)
    if (typeof verdict === 'string') {
      if (entry !== undefined) this.#refuse(entry, verdict)
      for (const member of members) this.#refuse(member, verdict)
      return group
    }
    const { nowMs, log } = this.#kernel
    log.append('order-grouped', nowMs, group.groupId, link, members.length, entry === undefined ? 0 : 1, 0)
    if (entry !== undefined) this.#send(entry, group, 'submitted')
    for (const member of members) this.#send(member, group, entry === undefined ? 'submitted' : 'waiting')
    this.#venue.submitGroup(verdict, nowMs)
    return group
  }

  /** An order of a group on its way to the venue. */
  #send(order: Order, group: OrderGroup, state: OrderState): void {
    order.group = group
    order.state = transition(order.orderId, order.state, state)
    this.#open.add(order)
    this.#reserve(order)
  }

  /** Sets the terms of the order that a request asks for. Returns what is wrong with its numbers, if anything is. */
  #setTerms(
    strategyIndex: number,
    instrumentIndex: number,
    request: OrderRequest | ClosePositionRequest,
  ): string | undefined {
    const terms = this.#terms
    terms.instrument = request.instrument
    terms.instrumentIndex = instrumentIndex
    terms.strategyIndex = strategyIndex
    terms.side = request.side
    terms.type = request.type ?? 'market'
    terms.timeInForce = request.timeInForce ?? 'GTC'
    terms.expireTimeMs = request.expireTimeMs ?? Infinity
    terms.postOnly = request.postOnly ?? false
    terms.reduceOnly = request.closePosition === true || (request.reduceOnly ?? false)
    terms.leg = this.#kernel.legOf(instrumentIndex, request.positionSide)
    terms.tag = request.tag ?? ''
    terms.createdTimeMs = this.#kernel.nowMs
    terms.fromTarget = false
    return placeOnGrid(request, terms)
  }

  /** Sends a market order for a target: its lots are on the grid already. */
  submitForTarget(
    strategyIndex: number,
    instrumentIndex: number,
    signedLots: number,
    tag: string,
    leg: 0 | 1 = 0,
    reduceOnly = false,
  ): void {
    if (this.#protected !== undefined) {
      const slot = strategyIndex * this.#placeCount + leg * this.#instrumentCount + instrumentIndex
      const held = this.#kernel.ledger.lots[slot] as number
      if (this.#protected.isRefusedAgain(slot, instrumentIndex, held, signedLots)) return
    }
    this.#setMarketTerms(strategyIndex, instrumentIndex, signedLots, tag, leg, this.#kernel.nowMs)
    this.#terms.fromTarget = true
    this.#terms.reduceOnly = reduceOnly
    this.#place(this.#create(), undefined)
  }

  /** The second half of a reversal whose first has closed the position: an entry like any other. */
  #openRest(order: Order, signedLots: number): void {
    const { strategyIndex, instrumentIndex, tag, leg, timeInForce } = order
    if (order.fromTarget) return this.submitForTarget(strategyIndex, instrumentIndex, signedLots, tag, leg)
    this.#setMarketTerms(strategyIndex, instrumentIndex, signedLots, tag, leg, this.#kernel.nowMs)
    this.#terms.timeInForce = timeInForce
    this.#place(this.#create(), undefined)
  }

  #setMarketTerms(
    strategyIndex: number,
    instrumentIndex: number,
    signedLots: number,
    tag: string,
    leg: 0 | 1,
    nowMs: TimeMs,
  ): void {
    const terms = this.#terms
    terms.instrument = this.#kernel.config.instruments[instrumentIndex] as Instrument
    terms.instrumentIndex = instrumentIndex
    terms.strategyIndex = strategyIndex
    terms.side = signedLots > 0 ? 'buy' : 'sell'
    terms.type = 'market'
    terms.timeInForce = 'GTC'
    terms.expireTimeMs = Infinity
    terms.postOnly = false
    terms.reduceOnly = false
    terms.leg = leg
    terms.tag = tag
    terms.createdTimeMs = nowMs
    terms.fromTarget = false
    terms.quantityLots = Math.abs(signedLots)
    terms.limitTicks = Number.NaN
    terms.triggerTicks = Number.NaN
    terms.special = PLAIN_TERMS
  }

  /** The order that the terms just set describe. */
  #create(): Order {
    const order = this.#archive.open(this.#terms)
    const lots = order.side === 'buy' ? order.quantityLots : -order.quantityLots
    this.#log('order-created', order, order.createdTimeMs, order.type, lots)
    this.#kernel.decisions.ordered(order.orderId)
    return order
  }

  #place(order: Order, problem: string | undefined): Order {
    if (problem !== undefined) return this.#refuse(order, problem)
    if (this.#protected?.cutReversal(order) === true) {
      this.#log('order-reduced', order, order.createdTimeMs, order.reason, order.quantityLots)
    }
    if (this.#closed) return this.#refuse(order, 'the run has ended')
    const verdict = checkOrder(order, this.#riskStateFor(order))
    if (typeof verdict === 'string') return this.#refuse(order, verdict)
    order.state = 'submitted'
    this.#open.add(order)
    if (order.fromTarget) this.#addPending(order, order.quantityLots)
    this.#reserve(order)
    this.#venue.submit(verdict, order.createdTimeMs)
    return order
  }

  /** Tells the protections of an instant; see {@link ProtectedOrders.observe}. */
  protect(timeMs: TimeMs): void {
    this.#protected?.observe(timeMs)
  }

  #protectedDesk(): ProtectedDesk {
    const { ledger } = this.#kernel
    return {
      heldLots: (order) => ledger.lots[this.slot(order)] as number,
      newestProfit: () => this.trips.newestProfit(),
      equity: () => ledger.equity(),
      openOrders: (holds) => (this.#open.count === 0 ? [] : this.#open.filter(holds)),
      cancel: (order, reason) => this.cancel(order, reason),
      shrink: (order, quantityLots) => {
        const { limitTicks, triggerTicks } = order
        this.#venue.amend(order, { quantityLots, limitTicks, triggerTicks }, this.#kernel.nowMs)
      },
    }
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
    const { problem, limitTicks, triggerTicks, ...grid } = gridOf(request)
    const follows = sizeFollows(order)
    if (follows !== undefined && changes.quantity !== undefined && changes.quantity !== order.quantity) {
      return this.#refuseAmend(order, `its size follows the ${follows}`)
    }
    const quantityLots = follows === undefined ? grid.quantityLots : order.quantityLots
    const terms = { quantityLots, limitTicks, triggerTicks }
    if (problem !== undefined) return this.#refuseAmend(order, problem)
    if (follows === undefined && quantityLots <= order.filledLots) {
      this.cancel(order, 'amended to what is filled')
      return undefined
    }
    const { mark } = this.#kernel.ledger
    const lastPrice = mark[order.instrumentIndex] as number
    const refusal = amendmentProblem(order, request as OrderRequest, lastPrice) ?? this.#refusalOn(order, terms)
    if (refusal !== undefined) return this.#refuseAmend(order, refusal)
    this.#venue.amend(order, terms, this.#kernel.nowMs)
    return undefined
  }

  /** What the checks say of an order if it stood on other terms; the order is left as it is. */
  #refusalOn(order: Order, terms: AmendedTerms): string | undefined {
    const { ledger } = this.#kernel
    const { quantityLots, limitTicks, triggerTicks } = order
    // What waits for its entry, or for more of it, has nothing to be checked against yet.
    if (order.state === 'waiting' || terms.quantityLots === order.filledLots) return undefined
    ledger.release(order)
    Object.assign(order, terms)
    const verdict = checkOrder(order, this.#riskStateFor(order))
    Object.assign(order, { quantityLots, limitTicks, triggerTicks })
    this.#reserve(order)
    return typeof verdict === 'string' ? verdict : undefined
  }

  amended(order: Order, terms: AmendedTerms, tsEventMs: TimeMs): void {
    const { ledger } = this.#kernel
    if (order.fromTarget) this.#addPending(order, terms.quantityLots - order.quantityLots)
    ledger.release(order)
    Object.assign(order, terms)
    this.#reserve(order)
    this.#log('order-amended', order, tsEventMs, '', order.quantityLots)
  }

  #refuseAmend(order: Order, reason: string): string {
    this.#log('order-amend-refused', order, this.#kernel.nowMs, reason, order.quantityLots)
    return reason
  }

  /** What the checks need to know; the order itself does not count among those that are open. */
  #riskStateFor(order: Order): RiskState {
    const state = this.#riskState
    const open = this.#open.count
    state.openOrders = open - (order.state === 'created' ? 0 : 1)
    state.positionLots = this.#kernel.ledger.lots[this.slot(order)] as number
    const sellsSpot = order.side === 'sell' && order.instrument.kind === 'spot'
    state.freeLots = open > 0 && sellsSpot ? this.freeLots(order) : state.positionLots
    return state
  }

  /** Lots of spot that the strategy of an order holds and that no other sell order is for; below 0 where some are missing. */
  freeLots(order: Order): number {
    return (this.#kernel.ledger.lots[this.slot(order)] as number) - this.#reservedLots(order)
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

  liquidated(liquidation: Liquidation): void {
    const { instrumentIndex, leg, price, feeRate, triggerPrice, insuranceFund, tsEventMs, barOpenTimeMs } = liquidation
    const { ledger, log, config } = this.#kernel
    log.append('liquidation', tsEventMs, instrumentIndex, '', triggerPrice, price, insuranceFund)
    const place = leg * this.#instrumentCount + instrumentIndex
    for (let strategyIndex = 0; strategyIndex < config.strategies.length; strategyIndex++) {
      const lots = ledger.lots[strategyIndex * this.#placeCount + place] as number
      if (lots === 0) continue
      const order = this.#forced(strategyIndex, instrumentIndex, leg, -lots, tsEventMs, 'liquidation')
      const { settlement, contractSize, lot } = order.instrument
      const fee = contractFee(settlement, stepsToNumber(lots, lot), contractSize, price, feeRate)
      const liquidity = 'liquidation'
      this.filled(order, { lots: Math.abs(lots), price, fee, liquidity, slippage: 0, tsEventMs, barOpenTimeMs })
    }
    ledger.margin?.inside.clear()
  }

  filledLate({ strategyIndex, instrumentIndex, leg, side, orderId }: Order, execution: Execution): void {
    const signedLots = side === 'buy' ? execution.lots : -execution.lots
    const tag = `late fill of order ${orderId}`
    this.filled(this.#forced(strategyIndex, instrumentIndex, leg, signedLots, execution.tsEventMs, tag), execution)
  }

  /** An order that the venue made or that had ended: nobody is asked. */
  #forced(
    strategyIndex: number,
    instrumentIndex: number,
    leg: 0 | 1,
    signedLots: number,
    nowMs: TimeMs,
    tag: string,
  ): Order {
    this.#setMarketTerms(strategyIndex, instrumentIndex, signedLots, tag, leg, nowMs)
    this.#terms.reduceOnly = tag === 'liquidation'
    const order = this.#archive.open(this.#terms)
    order.state = 'accepted'
    this.#open.add(order)
    return order
  }

  reduced(order: Order, lots: number, reason: string, tsEventMs: TimeMs): void {
    if (order.fromTarget) this.#addPending(order, lots - order.quantityLots)
    order.quantityLots = lots
    order.reason = reason
    if (order.reserved > 0) this.#reserve(order)
    this.#log('order-reduced', order, tsEventMs, reason, lots)
  }

  grown(order: Order, lots: number, tsEventMs: TimeMs): void {
    order.quantityLots = lots
    this.#reserve(order)
    this.#log('order-grown', order, tsEventMs, '', lots)
  }

  completed(order: Order, tsEventMs: TimeMs): void {
    this.#move(order, 'filled', 'order-completed', '', tsEventMs)
  }

  filled(order: Order, execution: Execution): void {
    const kernel = this.#kernel
    const { lots, price, fee, slippage, tsEventMs, paidIn } = execution
    kernel.setNow(tsEventMs)
    order.filledLots += lots
    const quantity = stepsToNumber(lots, order.instrument.lot)
    order.filledNotional += quantity * price
    const done = order.filledLots >= order.quantityLots && !order.mayGrow
    order.state = transition(order.orderId, order.state, done ? 'filled' : 'partially-filled')
    const slot = this.slot(order)
    const signedLots = order.side === 'buy' ? lots : -lots
    if (done) kernel.ledger.release(order)
    const heldLots = kernel.ledger.lots[slot] as number
    kernel.ledger.apply(slot, order.instrumentIndex, signedLots, price, fee, slippage, paidIn)
    if (!done) this.#reserve(order)
    if (order.fromTarget) this.#addPending(order, -lots)
    const fillIndex = this.fills.count
    this.fills.add(order, execution, kernel.equityRows)
    this.trips.apply(slot, order, execution, fillIndex)
    if (heldLots !== 0 && heldLots * (kernel.ledger.lots[slot] as number) <= 0)
      this.#protected?.closed(order, execution)
    kernel.log.append('fill', tsEventMs, order.orderId, paidIn?.currency ?? '', signedLots, price, fee)
    if (done) this.#finish(order, tsEventMs)
    this.#held.filled(order, fillIndex)
  }

  hold(): void {
    this.#held.hold()
  }

  tell(): void {
    this.#held.tell()
  }

  #tellFill(order: Order, fillIndex: number): void {
    const kernel = this.#kernel
    this.#protected?.withdrawEntries()
    const restLots = this.#protected?.restOf(order) ?? 0
    if (restLots !== 0) this.#openRest(order, restLots)
    const handlers = kernel.handlers(order.strategyIndex)
    if (handlers?.onFill !== undefined) handlers.onFill(this.fills.record(fillIndex))
    kernel.decisions.endCallback(kernel.nowMs, kernel.strategyName(order.strategyIndex), order.instrument.id)
  }

  #tellOrder(order: Order): void {
    const onOrder = this.#kernel.handlers(order.strategyIndex)?.onOrder
    if (onOrder !== undefined) onOrder(order)
  }

  /** One order as it stands. */
  record(order: Order): OrderRecord {
    this.#archive.store(order)
    return this.#archive.record(order.orderId - 1)
  }

  /** Every order so far, as it ended or as it stands. */
  records(): OrderRecord[] {
    for (const order of this.#open.filter(() => true)) this.#archive.store(order)
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
    this.#held.changed(order)
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
    this.#open.remove(order)
  }

  #addPending(order: Order, lots: number): void {
    const slot = this.slot(order)
    this.pendingLots[slot] = (this.pendingLots[slot] as number) + (order.side === 'buy' ? lots : -lots)
  }

  /** Lots that other sell orders in the same slot are for. Members of a one-cancels-other group are for the same lots. */
  #reservedLots(order: Order): number {
    let reserved = 0
    const mostOf = new Map<OrderGroup, number>()
    for (const each of this.#open.filter((one) => one.side === 'sell' && this.slot(one) === this.slot(order))) {
      if (each === order || each.state === 'waiting') continue
      const { group, remainingLots } = each
      if (group?.link !== 'one-cancels-other' || each === group.entry) reserved += remainingLots
      else if (group !== order.group) mostOf.set(group, Math.max(mostOf.get(group) ?? 0, remainingLots))
    }
    for (const lots of mostOf.values()) reserved += lots
    return reserved
  }

  /** Sets aside what a resting order needs; of a one-cancels-other group only one on each side, for all. */
  #reserve(order: Order): void {
    if (order.type === 'market' || order.state === 'waiting' || order.special.closePosition) return
    const { ledger } = this.#kernel
    const holder = order.group?.holderOf(order.side)
    if (holder !== undefined && holder !== order) return
    const { limitTicks, triggerTicks, instrument } = order
    const unpriced = Number.isNaN(limitTicks) && Number.isNaN(triggerTicks)
    const price = unpriced ? (ledger.mark[order.instrumentIndex] as number) : this.#reservePrice(order)
    ledger.reserve(order, price, instrument.takerFeeRate)
  }

  #reservePrice(order: Order): number {
    return Number.isNaN(order.limitTicks) ? order.triggerPrice : order.limitPrice
  }

  #log(kind: LogKind, order: Order, timeMs: TimeMs, text: string, lots: number): void {
    const { orderId, limitTicks, triggerTicks } = order
    this.#kernel.log.append(kind, timeMs, orderId, text, lots, orNone(limitTicks), orNone(triggerTicks))
  }
}

/** What gives an order its size, where it is not the strategy alone. */
function sizeFollows(order: Order): 'group' | 'position' | undefined {
  if (order.special.closePosition) return 'position'
  return order.group === undefined ? undefined : 'group'
}

/** The log holds -1 for a price that the type does not have: NaN has many bit patterns, and the log is hashed. */
function orNone(ticks: number): number {
  return Number.isNaN(ticks) ? -1 : ticks
}
