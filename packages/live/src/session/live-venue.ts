// Long because: what strategies want and what the venue tells meet here, and each order has one state that both go by.
import type { Instrument, InstrumentId, TimeMs } from '@kestrel/core'
import {
  type AccountView,
  type AmendedTerms,
  type ApprovedGroup,
  type ApprovedOrder,
  type Execution,
  GroupKeeper,
  isFinal,
  type Order,
  type OrderGroup,
  type Venue,
  type VenueEvents,
} from '@kestrel/kernel'
import type { ActionLog } from './action-log.ts'
import { createAction, finite } from './create-action.ts'
import { FeeInBase } from './fee-in-base.ts'
import { LostStops } from './lost-stops.ts'
import { MissingStops } from './missing-stops.ts'
import { isGuard, isStop, isTooSmall, isWorthClosing, TOO_SMALL } from './spot-exit.ts'
import type { OrderNews } from './session-input.ts'
import { STOP_REFUSED } from './unguarded-groups.ts'

/** How many ended orders are remembered. */
const KEPT_ORDERS = 2_000

/** What a session tells its venue. */
export interface LiveVenueSession {
  /** What the names of its orders are made from. */
  readonly orderNames: string
  /** Where what it wants is written. */
  readonly actions: ActionLog
  /** Whether the account keeps a long and a short position of each perpetual. */
  readonly isHedged: boolean
  strategyName(strategyIndex: number): string
  /** Signed lots that the strategy of an order holds where the order would trade. */
  heldBy(order: Order): number
  /** Whether coins of an instrument are needed to close what has no stop. */
  needsCoins(instrument: Instrument): boolean
}

/**
 * The kernel's side of a real venue: turns what strategies want into actions, and the venue's news into events.
 *
 * It does nothing by itself: actions are taken out, written down and sent by the session. Given the same news it gives the
 * same actions.
 */
export class LiveVenue implements Venue {
  readonly #events: VenueEvents
  readonly #account: AccountView
  readonly #session: LiveVenueSession
  readonly #groups: GroupKeeper
  readonly #orders = new Map<number, Order>()
  /** Those of them that were open when they were looked at last. */
  readonly #open = new Set<Order>()
  /** Those of them that have ended, oldest first: they are kept for fills that come late. */
  readonly #endedIds = new Set<number>()
  /** Terms asked for, until the venue answers. */
  readonly #amending = new Map<number, AmendedTerms>()
  /** Orders that are to be cancelled: they are asked for once. */
  readonly #cancelling = new Set<number>()
  /** Orders that are, or were, to be cancelled as they had filled under a name before. */
  readonly #takenOff = new Set<number>()
  readonly #feeInBase = new FeeInBase()
  readonly #lost = new Map<number, number>()
  /** Orders that went out. */
  readonly #created = new Set<number>()
  /** Stops that the venue is known to have had. */
  readonly #stoodThere = new Set<number>()
  /** Orders whose place another one takes at the venue, until it is there. */
  readonly #onTheirWay = new Set<number>()
  /** Groups with exits of spot that are not sent yet. */
  readonly #waiting = new Set<OrderGroup>()
  readonly lostStops: LostStops
  readonly missing = new MissingStops()
  /** Stops that the venue turned down while the coins they are for were set aside for targets. */
  readonly #coinless = new Set<Order>()
  readonly #unguarded: OrderGroup[] = []
  readonly #unbookedFees = new Map<string, number>()

  constructor(events: VenueEvents, account: AccountView, session: LiveVenueSession) {
    this.#events = events
    this.#account = account
    this.#session = session
    this.lostStops = new LostStops(account)
    this.#groups = new GroupKeeper(events, {
      release: (member, lots, timeMs) => this.#release(member, lots, timeMs),
      grew: (member, _, timeMs) => this.#resize(member, timeMs),
      shrank: (member, timeMs) => this.#resize(member, timeMs),
      cancelNow: (order, reason, timeMs) => this.cancel(order, reason, timeMs),
      remove: (order) => this.#remove(order),
    })
  }

  /** An order that has not ended; undefined for others. */
  orderOf(orderId: number): Order | undefined {
    return this.#orders.get(orderId)
  }

  openOrders(): readonly Order[] {
    for (const order of this.#open) if (isFinal(order.state)) this.#open.delete(order)
    return [...this.#open]
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    this.#send(order, nowMs)
  }

  submitGroup(group: ApprovedGroup, nowMs: TimeMs): void {
    for (const member of group.members) this.#know(member)
    if (group.entry !== undefined) {
      this.#send(group.entry, nowMs)
      return
    }
    // One that is kept back ends the group, so all are asked about before any is sent.
    const refusals = group.members.map((member) => this.#session.actions.refusalOf(member))
    const refused = refusals.findIndex((each) => each !== undefined)
    if (refused >= 0) this.#end(group.members[refused] as Order, 'rejected', refusals[refused] ?? '', nowMs)
    else for (const member of group.members) this.#create(member)
  }

  /** Base units of an instrument that the venue has beside whole lots, see {@link FeeInBase}. */
  restInBase(instrumentId: string): number {
    return -this.#feeInBase.owed(instrumentId)
  }

  /** Fees paid in currencies of which the books keep no cash, by currency. */
  get unbookedFees(): ReadonlyMap<string, number> {
    return this.#unbookedFees
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    if (isFinal(order.state)) return
    // What was never sent is not asked for.
    if (order.state === 'waiting' || !this.#created.has(order.orderId)) {
      this.#events.cancelled(order, reason, nowMs)
      this.#ended(order, nowMs, true)
    } else if (!this.#cancelling.has(order.orderId)) {
      this.#cancelling.add(order.orderId)
      this.#session.actions.add({ kind: 'cancel', orderId: order.orderId, reason })
    }
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    if (order.state === 'waiting' || this.#isHeld(order)) {
      this.#events.amended(order, terms, nowMs)
      return
    }
    if (this.#session.actions.refusalAs(order, terms) === undefined) this.#askToAmend(order, terms)
  }

  #askToAmend(order: Order, terms: AmendedTerms): void {
    const { orderId } = order
    const { limitTicks, triggerTicks } = terms
    this.#amending.set(orderId, terms)
    const quantityLots = terms.quantityLots + this.#lostOf(order)
    this.#session.actions.add({ kind: 'amend', orderId, quantityLots, ...finite({ limitTicks, triggerTicks }) })
  }

  advanceTo(): void {}

  settle(): void {}

  /** Books what the venue says of an order. News that say nothing new change nothing. */
  hear(orderId: number, news: OrderNews, timeMs: TimeMs): void {
    const order = this.#orders.get(orderId)
    if (order === undefined) return
    if (news.kind === 'accepted' || (news.kind === 'filled' && news.isEarlier !== true)) {
      this.#stoodThere.add(orderId)
      this.#onTheirWay.delete(orderId)
    }
    this.#book(order, news, timeMs)
    if (order.instrument.kind !== 'spot') return
    for (const stop of this.#coinless) if (isFinal(stop.state) || this.#isThere(stop)) this.#coinless.delete(stop)
    this.sendWaiting(timeMs)
  }

  /** True while exits of spot are not sent yet. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Sends exits of spot that have waited for coins, as far as they need not wait any more: what one lets go another may need. */
  sendWaiting(timeMs: TimeMs): void {
    for (const group of this.#waiting) this.#sendHeld(group, timeMs)
  }

  /** Sends stops of an instrument again that the venue has lost, as far as there is something for them to guard. */
  putBack(instrumentId: InstrumentId, nowMs: TimeMs): void {
    for (const stop of this.missing.due(nowMs)) {
      if (stop.instrument.id !== instrumentId) continue
      const lots = Math.min(stop.remainingLots, this.#unguardedLots(stop))
      if (lots <= 0) {
        this.#end(stop, 'cancelled', 'nothing is left for it to guard', nowMs)
        continue
      }
      if (lots < stop.remainingLots) this.#events.reduced(stop, lots, 'as large as what is held', nowMs)
      this.missing.putBack(stop, nowMs)
      this.#sendOrHold(stop, nowMs)
    }
  }

  /** Lots that its strategy holds where a stop would trade, without those that other stops at the venue guard. */
  #unguardedLots(stop: Order): number {
    const held = this.#session.heldBy(stop) * (stop.side === 'sell' ? 1 : -1)
    const { strategyIndex, instrumentIndex, leg, side } = stop
    return this.openOrders()
      .filter((each) => each.strategyIndex === strategyIndex && each.instrumentIndex === instrumentIndex)
      .filter((each) => each.leg === leg && each.side === side && isGuard(each))
      .filter((each) => each.state !== 'waiting' && each !== stop && !this.missing.has(each))
      .reduce((lots, { remainingLots }) => lots - remainingLots, held)
  }

  /** Ends missing stops whose positions are gone: what is held later is not theirs to guard. */
  dropMissing(nowMs: TimeMs): void {
    for (const stop of this.missing.all()) {
      if (!this.#guards(stop)) this.#end(stop, 'cancelled', this.missing.of(stop)?.reason ?? '', nowMs)
    }
  }

  /** Whether it is or was cancelled as it had filled under a name before, and nobody wanted it gone. */
  isTakenOff({ orderId }: Order): boolean {
    return this.#takenOff.has(orderId)
  }

  /** Groups whose stop the venue has turned down since the last time: what they opened is to be closed. */
  takeUnguarded(): readonly OrderGroup[] {
    return this.#unguarded.splice(0)
  }

  #book(order: Order, news: OrderNews, timeMs: TimeMs): void {
    const { orderId } = order
    switch (news.kind) {
      case 'accepted':
        if (order.state === 'submitted') this.#events.accepted(order, timeMs)
        return
      case 'triggered':
        if (order.state === 'accepted') this.#events.triggered(order, timeMs)
        return
      case 'filled':
        this.#fill(order, news, timeMs)
        return
      case 'amended':
        if (news.isAskedAgain !== true) this.#amending.delete(orderId)
        if (news.isReplaced === true) this.#onTheirWay.add(orderId)
        if (!isFinal(order.state)) {
          const { limitTicks = Number.NaN, triggerTicks = Number.NaN } = news
          const quantityLots = news.quantityLots - this.#lostOf(order)
          this.#events.amended(order, { quantityLots, limitTicks, triggerTicks }, timeMs)
        }
        return
      case 'amend-refused':
        if (news.isAskedAgain !== true) this.#amending.delete(orderId)
        this.#standAs(order, news.quantityLots, timeMs)
        return
      default:
        if (news.isByVenue === true ? this.#waitsForCoins(order) : this.#goesMissing(order, news, timeMs)) return
        // Its price is not met: what it needs went while it was away, and only who took it knows what for.
        if (news.lacksFunds === true && this.missing.wasPutBack(order) && this.#goesMissing(order, news, timeMs)) {
          this.missing.leave(order)
          return
        }
        this.#end(order, news.kind, news.reason, timeMs)
        if (news.isByVenue === true) this.#giveUp(order, timeMs)
        // A loss waits for nobody: targets that have its coins give way.
        if (news.lacksFunds === true && order.tag === STOP_REFUSED && this.#session.needsCoins(order.instrument)) {
          this.#clearTargets(order, 'its coins are to be sold')
        }
    }
  }

  /**
   * The stop of a bracket was taken off the venue, or kept from going there, and nobody on this side wanted that. It stays open in
   * the books.
   *
   * @returns False for all else, and where it guards nothing, or has begun to fill.
   */
  #goesMissing(
    stop: Order,
    { kind, reason }: { readonly kind: 'rejected' | 'cancelled' | 'expired'; readonly reason: string },
    timeMs: TimeMs,
  ): boolean {
    const { group, state, filledLots, orderId } = stop
    const isExit = group?.entry !== undefined && group.entry !== stop
    if (!isExit || !isStop(stop) || state !== 'accepted' || filledLots > 0) return false
    const isOver = kind === 'expired' && stop.expireTimeMs < Infinity
    if (isOver || this.#cancelling.has(orderId) || !this.#guards(stop)) return false
    this.#created.delete(orderId)
    this.#stoodThere.delete(orderId)
    this.#amending.delete(orderId)
    this.missing.lose(stop, reason, kind !== 'rejected', timeMs)
    return true
  }

  /** Whether its strategy holds what it would close. */
  #guards(stop: Order): boolean {
    const held = this.#session.heldBy(stop)
    return stop.side === 'sell' ? held > 0 : held < 0
  }

  /**
   * A stop of spot was turned down: targets may have its coins, its own too where it was away. They give way, and it is sent
   * again.
   *
   * @returns False where none has.
   */
  #waitsForCoins(stop: Order): boolean {
    const isExit = stop.group?.entry !== undefined && isStop(stop)
    if (!isExit || stop.filledLots > 0 || isFinal(stop.state) || this.#coinless.has(stop)) return false
    if (this.#targetsBeside(stop).length === 0) return false
    this.#coinless.add(stop)
    if (stop.group !== undefined) this.#waiting.add(stop.group)
    this.#created.delete(stop.orderId)
    this.#amending.delete(stop.orderId)
    // It may have stood there before it was to be replaced.
    this.#stoodThere.delete(stop.orderId)
    this.#clearTargets(stop, 'its coins are needed for a stop')
    return true
  }

  /** Has targets cancelled whose coins are needed. Nobody here wants them gone for themselves: their stops stay. */
  #clearTargets(order: Order, reason: string): void {
    for (const { orderId } of this.#targetsBeside(order)) {
      if (!this.#cancelling.has(orderId)) this.#session.actions.add({ kind: 'cancel', orderId, reason })
    }
  }

  /** Targets at the venue that have coins of the same instrument set aside. */
  #targetsBeside({ instrument, side }: Order): readonly Order[] {
    if (instrument.kind !== 'spot') return []
    return this.openOrders().filter((each) => {
      const isTarget = each.group?.entry !== undefined && each !== each.group.entry && !isStop(each)
      const isBeside = each.instrument === instrument && each.side === side
      return isTarget && isBeside && this.#created.has(each.orderId)
    })
  }

  /** The venue does not take the stop of a bracket: what it was to guard is closed, once nothing else may trade it. */
  #giveUp(stop: Order, timeMs: TimeMs): void {
    const { group } = stop
    if (group?.entry === undefined || group.entry === stop || !isStop(stop)) return
    if (group.members.some((each) => each !== stop && isStop(each) && !isFinal(each.state))) return
    this.#unguarded.push(group)
    for (const each of [group.entry, ...group.members]) this.cancel(each, 'the venue turned its stop down', timeMs)
  }

  /** A member of a group that was to become larger or smaller, and which the venue left as it was. */
  #standAs(order: Order, venueLots: number | undefined, timeMs: TimeMs): void {
    if (venueLots === undefined || isFinal(order.state)) return
    const lots = venueLots - this.#lostOf(order)
    if (lots > order.quantityLots) this.#events.grown(order, lots, timeMs)
    else if (lots < order.quantityLots && lots > order.filledLots) {
      this.#events.reduced(order, lots, 'the venue did not make it larger', timeMs)
    }
  }

  /** Lots that the venue counts as filled and that never arrived, see {@link FeeInBase}. */
  #lostOf({ orderId }: Order): number {
    return this.#lost.get(orderId) ?? 0
  }

  #end(order: Order, kind: 'rejected' | 'cancelled' | 'expired', reason: string, timeMs: TimeMs): void {
    const isWanted = this.#cancelling.delete(order.orderId)
    if (isFinal(order.state)) {
      this.#keepEnded(order)
      return
    }
    if (kind === 'expired') this.#events.expired(order, reason, timeMs)
    else if (kind === 'rejected' && order.state === 'submitted') this.#events.rejected(order, reason, timeMs)
    else this.#events.cancelled(order, kind === 'rejected' ? `rejected by the venue: ${reason}` : reason, timeMs)
    if (!isWanted) this.lostStops.keep(order)
    this.#ended(order, timeMs, isWanted)
  }

  #fill(order: Order, news: Extract<OrderNews, { kind: 'filled' }>, timeMs: TimeMs): void {
    const { instrument } = order
    const isBaseFee = instrument.kind === 'spot' && order.side === 'buy' && news.fee.currency === instrument.base
    const lost = isBaseFee
      ? this.#feeInBase.lotsLost(instrument.id, news.lots, news.fee.amount, instrument.lot.size)
      : 0
    const execution: Execution = {
      lots: news.lots - lost,
      price: news.price,
      ...this.#feeOf(order, news, isBaseFee ? lost * instrument.lot.size * news.price : undefined),
      liquidity: news.liquidity,
      slippage: 0,
      tsEventMs: timeMs,
      barOpenTimeMs: news.tsEventMs,
    }
    if (isFinal(order.state)) {
      this.#events.filledLate(order, execution)
      return
    }
    if (lost > 0) this.#lost.set(order.orderId, this.#lostOf(order) + lost)
    if (lost > 0)
      this.#events.reduced(order, order.quantityLots - lost, 'the venue took its fee in the base currency', timeMs)
    this.#events.filled(order, execution)
    if (order.group !== undefined) this.#groups.filled(order, order.group, timeMs)
    if (isFinal(order.state)) {
      this.#cancelling.delete(order.orderId)
      this.missing.forget(order, timeMs)
      this.#keepEnded(order)
      if (news.isEarlier === true) this.#takeSuccessorOff(order)
    } else if (news.isEarlier === true) {
      // What took its place is larger than what is left. The price of a stop was met: what it guards is closed, once.
      if (this.#takeSuccessorOff(order)) this.#giveUp(order, timeMs)
    } else if (this.missing.has(order) || this.#coinless.has(order)) {
      // Its price was met, so the rest does not wait for it again.
      this.#end(order, 'cancelled', 'it had begun to fill when the venue lost it', timeMs)
      this.#giveUp(order, timeMs)
    }
  }

  /**
   * The venue has an order in the place of one that has filled under its name before. Nobody wants that to end what stands
   * beside it.
   *
   * @returns False where it was asked for before.
   */
  #takeSuccessorOff({ orderId }: Order): boolean {
    if (this.#cancelling.has(orderId) || this.#takenOff.has(orderId)) return false
    this.#takenOff.add(orderId)
    this.#session.actions.add({ kind: 'cancel', orderId, reason: 'it was filled under its name before' })
    return true
  }

  #feeOf(
    { instrument: { settleCurrency }, instrumentIndex }: Order,
    { fee }: Extract<OrderNews, { kind: 'filled' }>,
    inLots: number | undefined,
  ): Pick<Execution, 'fee' | 'paidIn'> {
    if (inLots !== undefined) return { fee: inLots }
    if (fee.currency === settleCurrency) return { fee: fee.amount }
    const rate = this.#account.rateOf(fee.currency)
    if (rate !== undefined) {
      return { fee: (fee.amount * rate) / this.#account.quoteRate(instrumentIndex), paidIn: fee }
    }
    // Nothing in the books can be charged. It is paid all the same, perhaps out of coins that the session trades.
    this.#unbookedFees.set(fee.currency, (this.#unbookedFees.get(fee.currency) ?? 0) + fee.amount)
    return { fee: 0 }
  }

  #know(order: Order): void {
    this.#orders.set(order.orderId, order)
    this.#open.add(order)
  }

  #send(order: Order, nowMs: TimeMs): void {
    this.#know(order)
    const refusal = this.#session.actions.refusalOf(order)
    if (refusal === undefined) this.#create(order)
    else if (!this.#goesMissing(order, { kind: 'rejected', reason: refusal }, nowMs)) {
      this.#end(order, 'rejected', refusal, nowMs)
    }
  }

  #create(order: Order): void {
    this.#created.add(order.orderId)
    this.#session.actions.add(
      createAction(
        order,
        this.#session.orderNames,
        this.#session.strategyName(order.strategyIndex),
        this.#session.isHedged,
      ),
    )
  }

  /** Brings a member of a group to the venue when its entry fills. */
  #release(member: Order, lots: number, timeMs: TimeMs): void {
    if (lots < member.quantityLots) this.#events.reduced(member, lots, 'as large as its entry has filled', timeMs)
    this.#events.accepted(member, timeMs)
    this.#sendOrHold(member, timeMs)
  }

  #sendOrHold(member: Order, timeMs: TimeMs): void {
    if (!this.#mustWait(member)) this.#send(member, timeMs)
    else if (member.group !== undefined) this.#waiting.add(member.group)
  }

  /**
   * Whether an exit of spot is not sent yet. The coins are there once: a venue that sets them aside for each order turns the
   * second one down, which must not be a stop, nor what takes the place of another order, nor what closes a position without
   * stop. And none takes an order that is worth less than its least.
   */
  #mustWait(member: Order): boolean {
    if (this.missing.has(member)) return true
    const { group, instrument } = member
    if (group?.entry === undefined || instrument.kind !== 'spot') return false
    if (isTooSmall(member)) return true
    if (isStop(member)) return this.#coinless.has(member) && this.#targetsBeside(member).length > 0
    const isToClose = this.#unguarded.some(({ entry }) => entry?.instrument === instrument)
    if (isToClose || this.#session.needsCoins(instrument)) return true
    return this.openOrders().some(
      (each) =>
        each !== member &&
        each.instrument === instrument &&
        each.side === member.side &&
        (this.#isChanging(each) || this.#lacks(each, group)),
    )
  }

  /** Whether its coins may be free for a moment, because another order takes its place. */
  #isChanging({ orderId }: Order): boolean {
    return this.#created.has(orderId) && (this.#amending.has(orderId) || this.#onTheirWay.has(orderId))
  }

  /** Whether a target has to wait for a stop: that of its own group, or one of another that is on its way, or to be put back. */
  #lacks(stop: Order, group: OrderGroup): boolean {
    const isExit = stop.group?.entry !== undefined && stop.group.entry !== stop && stop.state !== 'waiting'
    if (!isExit || !isStop(stop) || this.#isThere(stop)) return false
    return stop.group === group || !(this.missing.of(stop)?.isLeft === true || isTooSmall(stop))
  }

  #isThere({ orderId }: Order): boolean {
    return this.#stoodThere.has(orderId)
  }

  /** True for an exit that could be at the venue and was not sent yet. */
  #isHeld({ state, orderId }: Order): boolean {
    return state === 'accepted' && !this.#created.has(orderId)
  }

  /** Sends the members of a group that waited for a stop or for a size that the venue takes. */
  #sendHeld(group: OrderGroup, timeMs: TimeMs): void {
    for (const member of group.members) {
      if (!this.#isHeld(member)) continue
      if (!this.#mustWait(member)) this.#send(member, timeMs)
      else if (isTooSmall(member) && !member.mayGrow) {
        this.#events.cancelled(member, TOO_SMALL, timeMs)
        this.#ended(member, timeMs, false)
        if (isWorthClosing(member)) this.#giveUp(member, timeMs)
      }
    }
    if (!group.members.some((member) => this.#isHeld(member))) this.#waiting.delete(group)
  }

  /** Lets the venue know the new size of a member that stands there. */
  #resize(order: Order, timeMs: TimeMs): void {
    const { orderId } = order
    if (this.#isHeld(order)) {
      if (order.group !== undefined) this.#sendHeld(order.group, timeMs)
      return
    }
    // What a strategy has asked for and the venue has not answered stays asked for.
    const { limitTicks, triggerTicks } = this.#amending.get(orderId) ?? order
    this.#askToAmend(order, { quantityLots: order.quantityLots, limitTicks, triggerTicks })
  }

  /** Takes a member that has done its part off the venue. */
  #remove(order: Order): boolean {
    if (this.#isHeld(order)) return true
    this.#session.actions.add({ kind: 'cancel', orderId: order.orderId, reason: 'its group is done' })
    return true
  }

  /** @param isWanted - Whether somebody on this side had asked for it. */
  #ended(order: Order, timeMs: TimeMs, isWanted: boolean): void {
    this.#keepEnded(order)
    this.missing.forget(order, timeMs)
    if (order.group !== undefined) this.#groups.ended(order, order.group, timeMs, isWanted)
  }

  #keepEnded(order: Order): void {
    const { orderId } = order
    this.#open.delete(order)
    this.#endedIds.add(orderId)
    if (this.#endedIds.size <= KEPT_ORDERS) return
    const [oldest = orderId] = this.#endedIds
    this.#endedIds.delete(oldest)
    this.#lost.delete(oldest)
    this.#stoodThere.delete(oldest)
    this.#created.delete(oldest)
    this.#takenOff.delete(oldest)
    this.#amending.delete(oldest)
    this.#onTheirWay.delete(oldest)
    this.#orders.delete(oldest)
  }
}
