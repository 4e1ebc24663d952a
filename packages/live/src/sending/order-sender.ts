import type { Clock, Instrument, InstrumentId, TimeMs } from '@kestrel/core'
import type { TradingGateway, VenueFill, VenueOrder } from '@kestrel/kernel'
import type { OrderNews } from '../session/session-input.ts'
import { clientOrderId } from './client-order-id.ts'
import { LostExits } from './lost-exits.ts'
import type { AmendAction, CancelAction, CreateAction } from './order-action.ts'
import { OrderAmendment } from './order-amendment.ts'
import { OrderCancellation } from './order-cancellation.ts'
import { OrderLink, type Replacement } from './order-link.ts'
import { OrderLinks } from './order-links.ts'
import { OrderLookUp } from './order-look-up.ts'
import { OrderReports } from './order-reports.ts'
import { OrderSubmission } from './order-submission.ts'
import { outgoingOrder } from './outgoing-order.ts'
import { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'
import { SENDER_TIMES, type SenderTimes } from './sender-times.ts'

/** How long answers about orders are waited for, in times of what it takes to believe that there is no such order. */
const ANSWER_IN_SETTLES = 3

/**
 * Sends orders, and finds out what became of them.
 *
 * - A request of which nobody knows whether it took effect is looked up by its client order id, never repeated.
 * - Requests for one order go out one after the other; those for several do not wait for each other.
 * - What is heard comes as {@link SenderEvents}, each thing once.
 */
export class OrderSender {
  readonly #session: string
  readonly #gatewayOf: (instrument: Instrument) => TradingGateway
  readonly #pace: RequestPace
  readonly #links: OrderLinks
  readonly #reports: OrderReports
  readonly #lookUp: OrderLookUp
  readonly #submission: OrderSubmission
  readonly #cancellation: OrderCancellation
  readonly #amendment: OrderAmendment
  readonly #lostExits: LostExits

  /**
   * @param session - What the names of its orders are made from.
   * @param isHalted - True while nothing may be sent, whoever asks for it.
   */
  constructor(
    session: string,
    gatewayOf: (instrument: Instrument) => TradingGateway,
    events: SenderEvents,
    clock: Clock,
    times: SenderTimes = SENDER_TIMES,
    isHalted: () => boolean = () => false,
  ) {
    this.#session = session
    this.#gatewayOf = gatewayOf
    const pace = new RequestPace(times, clock)
    const links = new OrderLinks(session, events, pace)
    const reports = new OrderReports(links, events, pace)
    const lostExits = new LostExits(async (link) => this.#submission.sendAgain(link))
    const lookUp = new OrderLookUp(reports, events, pace, async (link) => lostExits.bringBack(link))
    const submission = new OrderSubmission(session, reports, lookUp, events, pace, isHalted)
    const cancellation = new OrderCancellation(reports, lookUp, events, pace)
    const parts = { links, reports, lookUp, submission, cancellation, events, pace }
    this.#pace = pace
    this.#links = links
    this.#reports = reports
    this.#lostExits = lostExits
    this.#lookUp = lookUp
    this.#submission = submission
    this.#cancellation = cancellation
    this.#amendment = new OrderAmendment(session, parts, isHalted)
  }

  /** Stops waiting and asking; requests under way end unheard. */
  close(): void {
    this.#pace.close()
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.#links.idle()
  }

  linkOf(orderId: number): OrderLink | undefined {
    return this.#links.of(orderId)
  }

  /** Orders that may be at the venue. */
  openLinks(): readonly OrderLink[] {
    return [...this.#links.all()].filter(({ status }) => status !== 'done')
  }

  /** True while nobody knows whether an order is at the venue. */
  get hasUnknown(): boolean {
    for (const { status } of this.#links.all()) if (status === 'unknown') return true
    return false
  }

  /** True while something that was asked for is not answered. */
  get isBusy(): boolean {
    for (const { isBusy } of this.#links.all()) if (isBusy) return true
    return false
  }

  /** Takes up an order from the journal, without sending it. One that was at the venue before has a new name. */
  restore(action: CreateAction, instrument: Instrument, createdMs: TimeMs): OrderLink {
    const { orderId } = action
    const before = this.#links.of(orderId)
    const link = this.#links.add(new OrderLink(action, instrument, this.#gatewayOf(instrument), createdMs, before))
    if (before === undefined) return link
    const revision = before.revision + 1
    const filledLots = before.bookedLots
    link.rename({ clientOrderId: clientOrderId(this.#session, orderId, revision), revision, filledLots })
    return link
  }

  /** What the journal says was told of an order. */
  restoreNews(orderId: number, news: OrderNews): void {
    const link = this.#links.of(orderId)
    if (link === undefined) return
    link.restore(news)
    if (news.kind === 'accepted' && news.venueOrderId !== undefined) this.#links.learnId(link, news.venueOrderId)
  }

  /** The journal says that the order was replaced by another one at the venue. */
  restoreReplacement(orderId: number, replacement: Replacement): void {
    this.#links.of(orderId)?.rename(replacement)
  }

  /** The journal says that the order was about to be replaced: its end is no end where a new one takes its place. */
  restoreReplacing(orderId: number, revision: number): void {
    const link = this.#links.of(orderId)
    if (link !== undefined) link.isReplacing = link.revision < revision
  }

  /** Sends an order that was written down. One that the venue has turned down or lost before goes out under a new name. */
  create(action: CreateAction, instrument: Instrument): void {
    const link = this.restore(action, instrument, this.#pace.nowMs())
    if (link.revision === 0) {
      this.#links.enqueue(link, () => this.#submission.send(link, outgoingOrder(action, instrument)))
    } else this.#links.enqueue(link, () => this.#submission.sendAnew(link))
  }

  cancel({ orderId, reason }: CancelAction): void {
    const link = this.#links.of(orderId)
    if (link === undefined) return
    link.isUnwanted = true
    this.#links.enqueue(link, () => this.#cancellation.cancel(link, reason))
  }

  amend(action: AmendAction): void {
    const link = this.#links.of(action.orderId)
    if (link === undefined) return
    const isAsked = link.wanted !== undefined
    link.wanted = action
    if (!isAsked) this.#links.enqueue(link, () => this.#amendment.amend(link))
  }

  /** The account is as the books say: from here on orders that never arrived may be sent again. */
  begin(): void {
    for (const link of this.#lostExits.begin()) this.#links.enqueue(link, () => this.#submission.sendAgain(link))
  }

  /** Orders that wait to be sent, again or at all, are not sent any more; exits are. */
  holdBack(): void {
    for (const link of this.#links.all()) if (link.status === 'sending' && !link.isProtective) link.isHeldBack = true
  }

  /**
   * Finds out where orders stand. Resolves when that is known, or when the venue has not said for so long that whoever asks
   * has to go on without.
   */
  async lookUp(links: readonly OrderLink[]): Promise<void> {
    for (const link of links) {
      link.status = 'unknown'
      this.#links.enqueue(link, () => this.#lookUp.resolve(link))
    }
    if (links.length > 0) await this.#pace.atMost(Promise.all(links.map(({ queue }) => queue)), ANSWER_IN_SETTLES)
  }

  /** Finds out where every order stands that may be at a venue. */
  lookUpAt(gateway: TradingGateway): void {
    void this.lookUp(this.openLinks().filter((link) => link.gateway === gateway && !link.hasEnded))
  }

  /**
   * Takes in fills that the stream did not bring. What is known already changes nothing.
   *
   * @param fromMs - NaN where there is no time to start from: nothing is fetched.
   * @throws What the gateway throws.
   */
  async fetchFills(gateway: TradingGateway, fromMs: TimeMs, instruments: readonly Instrument[]): Promise<void> {
    if (Number.isNaN(fromMs)) return
    for (const fill of await gateway.fillsSince(fromMs, instruments)) this.hearFill(fill)
  }

  /** When somebody else traded an instrument on the account last, as far as we heard; -Infinity where nobody did. */
  othersTradedMs(instrumentId: InstrumentId): TimeMs {
    return this.#reports.othersTradedMs(instrumentId)
  }

  /** What the venue says of an order, by stream or in an answer; may come again and out of order. */
  hearOrder(order: VenueOrder): void {
    this.#reports.hearOrder(order)
  }

  /** An execution, by stream or fetched. */
  hearFill(fill: VenueFill): void {
    this.#reports.hearFill(fill)
  }
}
