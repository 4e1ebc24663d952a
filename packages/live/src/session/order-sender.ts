// Long because: every way in which a request to a venue can end has to be readable in one place.
import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, type Instrument, KestrelError, type TimeMs } from '@kestrel/core'
import type { OrderReference, OrderType, OutgoingOrder, TradingGateway, VenueFill, VenueOrder } from '@kestrel/kernel'
import { clientOrderId, readClientOrderId, sessionCode } from './client-order-id.ts'
import type { AmendAction, CancelAction, CreateAction } from './order-action.ts'
import type { OrderNews } from './session-input.ts'

/** Waiting times. Tests make them short. */
export interface SenderTimes {
  /** How long a venue may say "no such order" of one that was just sent before it is believed. */
  readonly settleMs: number
  /** First wait after a failure; it doubles up to {@link mostWaitMs}. */
  readonly firstWaitMs: number
  readonly mostWaitMs: number
  /** An order that could not be sent for so long is given up: the market has moved on. */
  readonly staleMs: number
}

export const SENDER_TIMES: SenderTimes = Object.freeze({
  settleMs: 10_000,
  firstWaitMs: 200,
  mostWaitMs: 10_000,
  staleMs: 5_000,
})

/** How many orders are remembered with their fills, so that what comes again is known. */
const KEPT_ORDERS = 2_000

/** Fetches without what was filled after which somebody is told. */
const TRIES_TO_ALARM = 10

const HALTED = 'the session was halted from outside'

/** What the sender tells the session. */
export interface SenderEvents {
  /** Something new is known of an order. It is written down and booked before this returns. */
  news(orderId: number, news: OrderNews): void
  /** Written to the journal for the record. */
  note(kind: string, body: Readonly<Record<string, unknown>>): void
  /** What was told is on the disk when this returns. */
  commit(): void
  /** Somebody has to look at this. */
  alarm(code: string, message: string): void
}

/** Where one order stands at the venue, as far as we know. */
export interface OrderLink {
  readonly action: CreateAction
  readonly instrument: Instrument
  readonly gateway: TradingGateway
  readonly createdMs: TimeMs
  /** Spares a venue that keeps stops apart a second question. */
  readonly type: OrderType
  clientOrderId: string
  revision: number
  venueOrderId: string | undefined
  /** `unknown` while nobody knows whether the venue has it. */
  status: 'sending' | 'unknown' | 'open' | 'done'
  /** What the session has been told already. */
  isAccepted: boolean
  isTriggered: boolean
  /** The venue's ids of its fills that are booked. */
  readonly fillIds: Set<string>
  /** Lots booked from fills. */
  bookedLots: number
  /** Lots that orders of earlier revisions filled. */
  readonly earlierLots: number[]
  /** Terms that the venue's order stands on. */
  quantityLots: number
  limitTicks: number | undefined
  triggerTicks: number | undefined
  /** How it ended, waiting until all of its fills are booked. */
  ending: { readonly news: OrderNews; readonly filledLots: number } | undefined
  /** True once it was sent a second time, after the venue had denied it for long enough. */
  isSentAgain: boolean
  /** True while a new order takes the place of this one. */
  isReplacing: boolean
  /** True where the session was paused before it could be sent. */
  isHeldBack: boolean
  /** Requests for one order go out one after the other. */
  queue: Promise<void>
}

/**
 * Sends orders, and finds out what became of them.
 *
 * - A request of which nobody knows whether it took effect is looked up by its client order id, never repeated.
 * - "No such order" soon after sending is not believed; an order counts as never received once the venue has said so for
 *   `settleMs`.
 * - The end of an order is told after its fills: what the venue says was filled and has not been told yet is fetched.
 * - No fill is booked twice, by the venue's id of the fill.
 */
export class OrderSender {
  readonly #session: string
  readonly #code: string
  readonly #gatewayOf: (instrument: Instrument) => TradingGateway
  readonly #events: SenderEvents
  readonly #clock: Clock
  readonly #times: SenderTimes
  readonly #links = new Map<number, OrderLink>()
  readonly #closing = new AbortController()
  readonly #isHalted: () => boolean
  /** Exits that never arrived, found by a start that may not send anything yet. */
  readonly #waiting: OrderLink[] = []
  #mayStartOrders = false

  constructor(
    session: string,
    gatewayOf: (instrument: Instrument) => TradingGateway,
    events: SenderEvents,
    clock: Clock,
    times: SenderTimes = SENDER_TIMES,
    isHalted: () => boolean = () => false,
  ) {
    this.#session = session
    this.#code = sessionCode(session)
    this.#gatewayOf = gatewayOf
    this.#events = events
    this.#clock = clock
    this.#times = times
    this.#isHalted = isHalted
  }

  /** Stops waiting and asking; requests under way end unheard. */
  close(): void {
    this.#closing.abort()
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    for (;;) {
      const queues = [...this.#links.values()].map(({ queue }) => queue)
      await Promise.all(queues)
      if ([...this.#links.values()].every(({ queue }, i) => queue === queues[i])) return
    }
  }

  linkOf(orderId: number): OrderLink | undefined {
    return this.#links.get(orderId)
  }

  /** Orders that may be at the venue. */
  openLinks(): readonly OrderLink[] {
    return [...this.#links.values()].filter(({ status }) => status !== 'done')
  }

  /** True while nobody knows whether an order is at the venue. */
  get hasUnknown(): boolean {
    for (const { status } of this.#links.values()) if (status === 'unknown') return true
    return false
  }

  /** True while something that was asked for is not answered. */
  get isBusy(): boolean {
    for (const { status, ending } of this.#links.values()) {
      if (status === 'sending' || status === 'unknown' || ending !== undefined) return true
    }
    return false
  }

  /** Takes up an order from the journal, without sending it. */
  restore(action: CreateAction, instrument: Instrument, createdMs: TimeMs): OrderLink {
    return this.#link(action, instrument, createdMs)
  }

  /** What the journal says was told of an order. */
  restoreNews(orderId: number, news: OrderNews): void {
    const link = this.#links.get(orderId)
    if (link === undefined) return
    switch (news.kind) {
      case 'accepted':
        link.isAccepted = true
        return
      case 'triggered':
        link.isTriggered = true
        return
      case 'filled':
        link.fillIds.add(news.fillId)
        link.bookedLots += news.lots
        if (isFilled(link)) link.status = 'done'
        return
      case 'amended':
        Object.assign(link, {
          quantityLots: news.quantityLots,
          limitTicks: news.limitTicks,
          triggerTicks: news.triggerTicks,
        })
        return
      case 'amend-refused':
        return
      default:
        link.status = 'done'
    }
  }

  /** The journal says that the order was replaced by another one at the venue. */
  restoreReplacement(
    orderId: number,
    replacement: Pick<OrderLink, 'clientOrderId' | 'revision'> & { readonly filledLots: number },
  ): void {
    const link = this.#links.get(orderId)
    if (link === undefined) return
    link.clientOrderId = replacement.clientOrderId
    link.revision = replacement.revision
    link.earlierLots.splice(0, Infinity, replacement.filledLots)
  }

  /** Sends an order that was written down. */
  create(action: CreateAction, instrument: Instrument): void {
    const link = this.#link(action, instrument, this.#clock.nowMs())
    this.#enqueue(link, () => this.#create(link, outgoing(action, instrument)))
  }

  cancel({ orderId, reason }: CancelAction): void {
    const link = this.#links.get(orderId)
    if (link !== undefined) this.#enqueue(link, () => this.#cancel(link, reason))
  }

  /** Takes an order off the venue that has ended in the books; what it fills until then is booked. */
  cancelEnded(link: OrderLink, order: OrderReference): void {
    const { orderId } = link.action
    this.#enqueue(link, async () => {
      for (let tried = 1; tried <= TRIES_TO_ALARM && !this.#closing.signal.aborted; tried++) {
        try {
          await link.gateway.cancelOrder(order)
          return
        } catch (error) {
          const { retry, reason } = failureOf(error)
          this.#events.note('cancel-failed', { orderId, reason, tried, why: 'ended in the books' })
          if (retry === 'never') return
        }
        await this.#pause(tried)
      }
    })
  }

  amend(action: AmendAction): void {
    const link = this.#links.get(action.orderId)
    if (link !== undefined) this.#enqueue(link, () => this.#amend(link, action))
  }

  /** The account is as the books say: from here on orders that never arrived may be sent again. */
  begin(): void {
    this.#mayStartOrders = true
    for (const link of this.#waiting.splice(0)) this.#enqueue(link, () => this.#sendAgain(link))
  }

  /** Orders that wait to be sent, again or at all, are not sent any more; exits are. */
  holdBack(): void {
    for (const link of this.#links.values())
      if (link.status === 'sending' && !isProtective(link)) link.isHeldBack = true
  }

  /** Finds out where an order of the journal stands: part of every start. */
  lookUp(link: OrderLink): void {
    link.status = 'unknown'
    this.#enqueue(link, () => this.#resolve(link))
  }

  /** What the venue says of an order, by stream or in an answer; may come again and out of order. */
  hearOrder(order: VenueOrder): void {
    const link = this.#linkOfVenue(order.clientOrderId, order.venueOrderId)
    if (link === undefined || link.status === 'done') return
    if (order.clientOrderId !== undefined && order.clientOrderId !== link.clientOrderId) return
    link.venueOrderId = order.venueOrderId
    if (link.status !== 'open') link.status = 'open'
    if (order.state !== 'rejected') this.#accepted(link)
    if (order.isTriggered && !link.isTriggered) {
      link.isTriggered = true
      this.#events.news(link.action.orderId, { kind: 'triggered' })
    }
    if (order.state === 'open') return
    const { state, reason, filledLots } = order
    const news: OrderNews = state === 'filled' ? { kind: 'accepted' } : { kind: state, reason: reason || state }
    link.ending = { news, filledLots: filledLots + sum(link.earlierLots) }
    if (link.isReplacing) return
    if (!this.#endIfBooked(link)) this.#enqueue(link, () => this.#fetchMissingFills(link))
  }

  /** An execution, by stream or fetched. */
  hearFill(fill: VenueFill): void {
    const link = this.#linkOfVenue(fill.clientOrderId, fill.venueOrderId)
    // A report without its fee is followed by one that has it; what is fetched always does.
    if (link === undefined || fill.fee === undefined || link.fillIds.has(fill.fillId)) return
    link.fillIds.add(fill.fillId)
    if ((fill.clientOrderId ?? link.clientOrderId) === link.clientOrderId) link.venueOrderId ??= fill.venueOrderId
    if (link.status === 'sending' || link.status === 'unknown') link.status = 'open'
    link.bookedLots += fill.lots
    const { fillId, lots, price, fee, liquidity, tsEventMs } = fill
    this.#accepted(link)
    this.#events.news(link.action.orderId, { kind: 'filled', fillId, lots, price, fee, liquidity, tsEventMs })
    if (link.ending !== undefined && !link.isReplacing) this.#endIfBooked(link)
    else if (isFilled(link) && !link.isReplacing) this.#done(link)
  }

  #accepted(link: OrderLink): void {
    if (link.isAccepted) return
    link.isAccepted = true
    this.#events.news(link.action.orderId, { kind: 'accepted' })
  }

  #link(action: CreateAction, instrument: Instrument, createdMs: TimeMs): OrderLink {
    const link: OrderLink = {
      action,
      instrument,
      gateway: this.#gatewayOf(instrument),
      createdMs,
      type: action.type,
      clientOrderId: action.clientOrderId,
      revision: 0,
      venueOrderId: undefined,
      status: 'sending',
      isAccepted: false,
      isTriggered: false,
      fillIds: new Set(),
      bookedLots: 0,
      earlierLots: [],
      quantityLots: action.quantityLots,
      limitTicks: action.limitTicks,
      triggerTicks: action.triggerTicks,
      ending: undefined,
      isSentAgain: false,
      isReplacing: false,
      isHeldBack: false,
      queue: Promise.resolve(),
    }
    this.#links.set(action.orderId, link)
    return link
  }

  #linkOfVenue(clientId: string | undefined, venueOrderId: string): OrderLink | undefined {
    const named = readClientOrderId(clientId)
    if (named !== undefined) return named.sessionCode === this.#code ? this.#links.get(named.orderId) : undefined
    for (const link of this.#links.values()) if (link.venueOrderId === venueOrderId) return link
    return undefined
  }

  #enqueue(link: OrderLink, task: () => Promise<void>): void {
    link.queue = link.queue
      .then(async () => (this.#closing.signal.aborted ? undefined : task()))
      .catch((error: unknown) => {
        if (!this.#closing.signal.aborted) {
          this.#events.alarm('LIVE_SENDER', `Order ${link.action.orderId}: ${textOf(error)}`)
        }
      })
  }

  async #create(link: OrderLink, order: OutgoingOrder): Promise<void> {
    for (let tried = 1; ; tried++) {
      // The last look before it goes out: it may have waited while somebody closed the account.
      if (this.#isHalted()) {
        this.#finish(link, { kind: 'rejected', reason: HALTED })
        return
      }
      if (link.isHeldBack) {
        this.#finish(link, { kind: 'rejected', reason: 'the session was paused before it could be sent' })
        return
      }
      try {
        const answer = await link.gateway.createOrder(order)
        this.hearOrder(answer)
        return
      } catch (error) {
        const { retry, reason } = failureOf(error)
        this.#events.note('send-failed', { orderId: link.action.orderId, retry, reason, tried })
        if (this.#closing.signal.aborted) return
        if (retry === 'unknown-outcome') {
          await this.#resolve(link)
          return
        }
        // Under its old name: it may be there after all.
        if (retry === 'never' && link.isSentAgain && (await this.#isThere(link))) return
        const isStale = this.#clock.nowMs() - link.createdMs > this.#times.staleMs
        if (retry === 'never' || isStale) {
          this.#finish(link, { kind: 'rejected', reason: retry === 'never' ? reason : `could not be sent: ${reason}` })
          return
        }
        await this.#pause(tried)
      }
    }
  }

  /** Asks for an order by its client id until the venue knows it, or has denied it for long enough. */
  async #resolve(link: OrderLink): Promise<void> {
    link.status = 'unknown'
    let deniedSinceMs: TimeMs | undefined
    for (let tried = 1; !this.#closing.signal.aborted; tried++) {
      try {
        const found = await link.gateway.findOrder(link)
        if (this.#isKnown(link)) return
        if (found !== undefined) {
          this.#events.note('looked-up', { orderId: link.action.orderId, state: found.state })
          this.hearOrder(found)
          return
        }
        const nowMs = this.#clock.nowMs()
        deniedSinceMs ??= nowMs
        if (nowMs - deniedSinceMs >= this.#times.settleMs) {
          if (await this.#deny(link)) return
        }
      } catch (error) {
        // The venue did not answer, so nothing is known: what it denied before counts no more.
        deniedSinceMs = undefined
        this.#events.note('look-up-failed', { orderId: link.action.orderId, reason: failureOf(error).reason, tried })
      }
      await this.#pause(tried)
      if (this.#isKnown(link)) return
    }
  }

  /** True once a stream has told what a look-up asks for. */
  #isKnown(link: OrderLink): boolean {
    return link.status === 'open' || link.status === 'done'
  }

  /**
   * The venue does not know the order. It may have filled and left its list: fills have the last word.
   *
   * @returns False where they could not be asked for, so that nothing is known.
   */
  async #deny(link: OrderLink): Promise<boolean> {
    if (!(await this.#fetchFills(link))) return false
    if (link.bookedLots > 0) {
      link.ending ??= { news: { kind: 'cancelled', reason: 'gone at the venue' }, filledLots: link.bookedLots }
      this.#endIfBooked(link)
      return true
    }
    const wasThere = link.venueOrderId !== undefined
    if (!wasThere && isProtective(link) && !link.isSentAgain) {
      link.isSentAgain = true
      if (this.#mayStartOrders) await this.#sendAgain(link)
      else this.#waiting.push(link)
      return true
    }
    this.#finish(link, {
      kind: wasThere ? 'cancelled' : 'rejected',
      reason: wasThere ? 'the venue does not know it any more' : 'the venue never received it',
    })
    return true
  }

  /** An exit that never arrived leaves a position bare: under the same name it is the same order. */
  async #sendAgain(link: OrderLink): Promise<void> {
    const { action, clientOrderId: id, quantityLots, limitTicks, triggerTicks, earlierLots } = link
    this.#events.note('sent-again', { orderId: action.orderId, clientOrderId: id })
    link.status = 'sending'
    const order = outgoing(
      { ...action, clientOrderId: id, quantityLots: quantityLots - sum(earlierLots) },
      link.instrument,
    )
    await this.#create(link, { ...order, limitTicks, triggerTicks })
  }

  async #cancel(link: OrderLink, reason: string): Promise<void> {
    for (let tried = 1; link.status !== 'done' && !this.#closing.signal.aborted; tried++) {
      if (link.ending !== undefined) return
      try {
        const answer = await link.gateway.cancelOrder(link)
        if (answer !== undefined) this.hearOrder(answer)
        // The answer of some venues only says that they heard; how it ended is asked for.
        if (!this.#hasEnded(link)) await this.#askOnce(link)
        if (this.#hasEnded(link)) return
      } catch (error) {
        const failure = failureOf(error)
        this.#events.note('cancel-failed', { orderId: link.action.orderId, reason: failure.reason, tried, why: reason })
        // Most often it has ended by itself.
        if (failure.retry === 'never' && (await this.#askOnce(link))) return
      }
      await this.#pause(tried)
    }
  }

  /** True where the venue has it; what it says is taken in. */
  async #isThere(link: OrderLink): Promise<boolean> {
    try {
      const found = await link.gateway.findOrder(link)
      if (found !== undefined) this.hearOrder(found)
      return found !== undefined
    } catch (error) {
      this.#events.note('look-up-failed', { orderId: link.action.orderId, reason: failureOf(error).reason })
      return false
    }
  }

  #hasEnded(link: OrderLink): boolean {
    return link.status === 'done' || link.ending !== undefined
  }

  /** True where it turned out to have ended. */
  async #askOnce(link: OrderLink): Promise<boolean> {
    try {
      const found = await link.gateway.findOrder(link)
      if (found !== undefined) this.hearOrder(found)
      else if (this.#clock.nowMs() - link.createdMs > this.#times.settleMs) await this.#deny(link)
    } catch (error) {
      this.#events.note('look-up-failed', { orderId: link.action.orderId, reason: failureOf(error).reason })
    }
    return this.#hasEnded(link)
  }

  async #amend(link: OrderLink, action: AmendAction): Promise<void> {
    const { orderId } = action
    if (this.#hasEnded(link)) {
      this.#events.news(orderId, { kind: 'amend-refused', reason: 'the order has ended' })
      return
    }
    const { amendsInPlace, amendableTypes } = link.gateway.abilities
    if (!amendsInPlace || amendableTypes?.includes(link.action.type) === false) {
      if (this.#isHalted()) {
        this.#events.news(orderId, { kind: 'amend-refused', reason: HALTED, quantityLots: link.quantityLots })
        return
      }
      await this.#replace(link, action)
      return
    }
    const { side, type } = link.action
    const { quantityLots, limitTicks, triggerTicks } = action
    for (let tried = 1; !this.#hasEnded(link) && !this.#closing.signal.aborted; tried++) {
      if (this.#isHalted()) {
        this.#events.news(orderId, { kind: 'amend-refused', reason: HALTED, quantityLots: link.quantityLots })
        return
      }
      try {
        const answer = await link.gateway.amendOrder(link, { side, type, quantityLots, limitTicks, triggerTicks })
        this.#amended(link, action)
        if (answer !== undefined) this.hearOrder(answer)
        return
      } catch (error) {
        const failure = failureOf(error)
        this.#events.note('amend-failed', { orderId, reason: failure.reason, tried })
        if (failure.retry === 'never') {
          // "It is so already": an amendment that was sent before a restart took effect.
          if (await this.#standsOn(link, action)) {
            this.#amended(link, action)
            return
          }
          const standing = this.#hasEnded(link) ? {} : { quantityLots: link.quantityLots }
          this.#events.news(orderId, { kind: 'amend-refused', reason: failure.reason, ...standing })
          return
        }
        if (failure.retry === 'unknown-outcome' && (await this.#standsOn(link, action))) {
          this.#amended(link, action)
          return
        }
      }
      await this.#pause(tried)
    }
    if (this.#hasEnded(link)) this.#events.news(orderId, { kind: 'amend-refused', reason: 'the order has ended' })
  }

  #amended(link: OrderLink, { orderId, quantityLots, limitTicks, triggerTicks }: AmendAction): void {
    // Filled as it was before: in the books it has ended, and what it was to grow by is nobody's.
    if (link.status === 'done' && quantityLots > link.bookedLots) {
      const { clientOrderId: id, venueOrderId, instrument, type } = link
      this.cancelEnded(link, { clientOrderId: id, venueOrderId, instrument, type })
    }
    Object.assign(link, { quantityLots, limitTicks, triggerTicks })
    this.#events.news(orderId, { kind: 'amended', quantityLots, limitTicks, triggerTicks })
  }

  /** Whether the venue's order has the terms asked for. */
  async #standsOn(link: OrderLink, { quantityLots, limitTicks, triggerTicks }: AmendAction): Promise<boolean> {
    try {
      const found = await link.gateway.findOrder(link)
      if (found === undefined) return false
      this.hearOrder(found)
      return (
        found.quantityLots === quantityLots &&
        (limitTicks === undefined || found.limitTicks === limitTicks) &&
        (triggerTicks === undefined || found.triggerTicks === triggerTicks)
      )
    } catch {
      return false
    }
  }

  /** Where a venue cannot change an order: the old one is cancelled, and a new one takes over what is left of it. */
  async #replace(link: OrderLink, action: AmendAction): Promise<void> {
    link.isReplacing = true
    await this.#cancel(link, 'replaced')
    // Until its fills are booked nothing else may tell its end.
    await this.#fetchMissingFills(link, true)
    link.isReplacing = false
    if (this.#closing.signal.aborted) return
    if (link.ending === undefined) {
      this.#events.news(action.orderId, { kind: 'amend-refused', reason: 'the order has ended' })
      return
    }
    const { filledLots, news } = link.ending
    const restLots = action.quantityLots - filledLots
    if (news.kind !== 'cancelled' || restLots <= 0 || link.bookedLots < filledLots) {
      this.#events.news(action.orderId, { kind: 'amend-refused', reason: 'the order has ended' })
      this.#endIfBooked(link)
      return
    }
    link.earlierLots.length = 0
    link.earlierLots.push(filledLots)
    link.ending = undefined
    link.revision++
    link.clientOrderId = clientOrderId(this.#session, action.orderId, link.revision)
    link.venueOrderId = undefined
    link.status = 'sending'
    const { clientOrderId: newId, revision } = link
    this.#events.note('replaced', { orderId: action.orderId, clientOrderId: newId, revision, filledLots })
    this.#amended(link, action)
    // A new name is an order of its own: it goes out when it is known for good.
    this.#events.commit()
    const { limitTicks, triggerTicks } = action
    const next = { ...link.action, clientOrderId: link.clientOrderId, quantityLots: restLots }
    const order = outgoing(next, link.instrument)
    await this.#create(link, { ...order, limitTicks, triggerTicks })
  }

  async #fetchMissingFills(link: OrderLink, keepsEnding = false): Promise<void> {
    for (let tried = 1; lacksFills(link) && !this.#closing.signal.aborted; tried++) {
      if (tried === TRIES_TO_ALARM) {
        this.#events.alarm(
          'LIVE_FILLS_MISSING',
          `Order ${link.action.orderId}: the venue says more was filled than it lists.`,
        )
      }
      // The stream is mostly faster.
      await this.#pause(tried)
      if (lacksFills(link)) await this.#fetchFills(link)
    }
    if (!keepsEnding) this.#endIfBooked(link)
  }

  async #fetchFills(link: OrderLink): Promise<boolean> {
    try {
      const sinceMs = link.createdMs - 60_000
      for (const fill of await link.gateway.fillsSince(sinceMs, [link.instrument])) this.hearFill(fill)
      return true
    } catch (error) {
      this.#events.note('fills-failed', { orderId: link.action.orderId, reason: failureOf(error).reason })
      return false
    }
  }

  /** Tells the end of an order once all of its fills are booked. */
  #endIfBooked(link: OrderLink): boolean {
    const { ending } = link
    if (ending === undefined || link.bookedLots < ending.filledLots) return false
    this.#finish(link, ending.news)
    return true
  }

  #finish(link: OrderLink, news: OrderNews): void {
    if (link.status === 'done' && link.ending === undefined) return
    link.ending = undefined
    this.#done(link)
    this.#events.news(link.action.orderId, news)
  }

  /** Ended orders are kept for a while: their fills may come again. */
  #done(link: OrderLink): void {
    link.status = 'done'
    if (this.#links.size <= KEPT_ORDERS) return
    for (const [orderId, { status }] of this.#links) {
      if (status !== 'done') continue
      this.#links.delete(orderId)
      if (this.#links.size <= KEPT_ORDERS) break
    }
  }

  async #pause(tried: number): Promise<void> {
    const ms = Math.min(this.#times.mostWaitMs, this.#times.firstWaitMs * 2 ** (tried - 1))
    await wait(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined)
  }
}

/** Whether the venue says that more was filled than is booked. */
function lacksFills({ ending, bookedLots }: OrderLink): boolean {
  return ending !== undefined && bookedLots < ending.filledLots
}

/** Whether all that was asked for is booked. */
function isFilled({ action, bookedLots, quantityLots }: OrderLink): boolean {
  return bookedLots >= quantityLots && !action.closePosition
}

/** Whether a position is bare without it, and it can only make positions smaller. */
function isProtective({ action: { isExit, reduceOnly, closePosition, type } }: OrderLink): boolean {
  return isExit === true || closePosition || (reduceOnly && type !== 'market')
}

function outgoing(action: CreateAction, instrument: Instrument): OutgoingOrder {
  const { kind: _, orderId: _id, strategy: _strategy, isExit: _isExit, ...terms } = action
  return { ...terms, instrument }
}

function failureOf(error: unknown): { readonly retry: 'never' | 'safe' | 'unknown-outcome'; readonly reason: string } {
  // What no adapter has classed may have taken effect.
  const retry = error instanceof KestrelError ? (error.retry ?? 'unknown-outcome') : 'unknown-outcome'
  return { retry, reason: textOf(error) }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
