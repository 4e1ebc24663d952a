import { clientOrderId } from './client-order-id.ts'
import type { AmendAction } from './order-action.ts'
import type { OrderCancellation } from './order-cancellation.ts'
import type { OrderLink } from './order-link.ts'
import type { OrderLinks } from './order-links.ts'
import type { OrderLookUp } from './order-look-up.ts'
import type { OrderReports } from './order-reports.ts'
import { HALTED, type OrderSubmission } from './order-submission.ts'
import { failureOf } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'

const ENDED = 'the order has ended'

/** The parts of a sender that an amendment works with. */
interface AmendmentParts {
  readonly links: OrderLinks
  readonly reports: OrderReports
  readonly lookUp: OrderLookUp
  readonly submission: OrderSubmission
  readonly cancellation: OrderCancellation
  readonly events: SenderEvents
  readonly pace: RequestPace
}

/** Changes orders at venues: in place where the venue can, otherwise by a new order in place of the old one. */
export class OrderAmendment {
  readonly #session: string
  readonly #parts: AmendmentParts
  readonly #isHalted: () => boolean

  /** @param session - What the names of its orders are made from. */
  constructor(session: string, parts: AmendmentParts, isHalted: () => boolean) {
    this.#session = session
    this.#parts = parts
    this.#isHalted = isHalted
  }

  /** Has the venue's order stand on the newest terms. Resolves when it is told whether it does. */
  async amend(link: OrderLink): Promise<void> {
    const { amendsInPlace, amendableTypes } = link.gateway.abilities
    const isInPlace = amendsInPlace && amendableTypes?.includes(link.action.type) !== false
    if (!isInPlace && link.isProtective && !link.hasEnded) await this.#parts.pace.gather()
    const action = link.wanted
    link.wanted = undefined
    if (action === undefined) return
    if (link.hasEnded && !link.isReplacing) this.#refuse(link, ENDED)
    else if (action.quantityLots <= link.bookedLots && link.isProtective && !link.hasEnded) this.#leave(link)
    else if (isInPlace) await this.#change(link, action)
    else if (this.#isHalted()) this.#refuseReplacement(link, HALTED)
    else await this.#replace(link, action)
  }

  /** No venue has an order for nothing: one that may have to guard more later stays as it is. */
  #leave(link: OrderLink): void {
    const { quantityLots, limitTicks, triggerTicks } = link
    const standing = { quantityLots, limitTicks, triggerTicks }
    this.#parts.events.news(link.action.orderId, { kind: 'amended', ...link.again, ...standing })
  }

  async #change(link: OrderLink, action: AmendAction): Promise<void> {
    const { events, pace, reports } = this.#parts
    const { side, type } = link.action
    const { orderId, quantityLots, limitTicks, triggerTicks } = action
    for (let tried = 1; !link.hasEnded && !pace.isClosed; tried++) {
      if (this.#isHalted()) {
        this.#refuse(link, HALTED)
        return
      }
      try {
        const terms = { side, type, quantityLots, limitTicks, triggerTicks }
        const answer = await link.gateway.amendOrder(link, terms, () => !this.#isHalted())
        this.#amended(link, action)
        if (answer !== undefined) reports.hearOrder(answer)
        return
      } catch (error) {
        const { retry, reason } = failureOf(error)
        events.note('amend-failed', { orderId, reason, tried })
        // "It is so already": an amendment that was sent before a restart took effect.
        const isSo = retry === 'safe' ? undefined : await this.#standsOn(link, action)
        if (isSo === true) {
          this.#amended(link, action)
          return
        }
        // Where the venue could not be asked, a try before may have taken effect: the books must not say otherwise.
        if (retry === 'never' && isSo === false) {
          this.#refuse(link, reason)
          return
        }
      }
      await pace.pause(tried)
    }
    if (link.hasEnded) this.#refuse(link, ENDED)
  }

  #amended(link: OrderLink, action: AmendAction, how: { readonly isReplaced?: true } = {}): void {
    const { links, cancellation, events } = this.#parts
    const { orderId, quantityLots, limitTicks, triggerTicks } = action
    // Filled as it was before: in the books it has ended, and what it was to grow by is nobody's.
    if (link.status === 'done' && quantityLots > link.bookedLots) {
      const { clientOrderId: id, venueOrderId, instrument, type } = link
      const order = { clientOrderId: id, venueOrderId, instrument, type }
      links.enqueue(link, () => cancellation.cancelEnded(link, order))
    }
    link.standOn(action)
    events.news(orderId, { kind: 'amended', ...how, ...link.again, quantityLots, limitTicks, triggerTicks })
  }

  /** Tells that it was not changed, and on what an order that is still open stands. */
  #refuse(link: OrderLink, reason: string): void {
    const standing = link.hasEnded ? {} : { quantityLots: link.quantityLots }
    this.#parts.events.news(link.action.orderId, { kind: 'amend-refused', reason, ...link.again, ...standing })
  }

  /** The same for one that no other takes the place of: its end, where it has come, is one. */
  #refuseReplacement(link: OrderLink, reason: string): void {
    link.isReplacing = false
    this.#refuse(link, reason)
    this.#parts.reports.endIfBooked(link)
  }

  /** Whether the venue's order has the terms asked for; undefined where it could not be asked. */
  async #standsOn(
    link: OrderLink,
    { quantityLots, limitTicks, triggerTicks }: AmendAction,
  ): Promise<boolean | undefined> {
    try {
      const found = await this.#parts.lookUp.find(link)
      return (
        found?.quantityLots === quantityLots &&
        (limitTicks === undefined || found.limitTicks === limitTicks) &&
        (triggerTicks === undefined || found.triggerTicks === triggerTicks)
      )
    } catch (error) {
      this.#parts.events.note('look-up-failed', { orderId: link.action.orderId, reason: failureOf(error).reason })
      return undefined
    }
  }

  /**
   * Where a venue cannot change an order: the old one is cancelled, and a new one takes over what is left of it. If the venue
   * turns that down, what guards a position is put back as it was.
   */
  async #replace(link: OrderLink, action: AmendAction): Promise<void> {
    const { reports, submission, cancellation, events, pace } = this.#parts
    const { orderId, quantityLots } = action
    link.isReplacing = true
    // Who goes on after a crash has to know why it was cancelled.
    events.note('replacing', { orderId, revision: link.revision + 1 })
    events.commit()
    await cancellation.cancel(link, 'replaced')
    // Until its fills are booked nothing else may tell its end.
    await reports.fetchMissingFills(link)
    link.isReplacing = false
    if (pace.isClosed) return
    const { ending, bookedLots } = link
    if (ending?.news.kind !== 'cancelled' || quantityLots <= ending.filledLots || bookedLots < ending.filledLots) {
      this.#refuseReplacement(link, ENDED)
      return
    }
    const { filledLots } = ending
    const revision = link.revision + 1
    const newId = clientOrderId(this.#session, orderId, revision)
    const before = link.isProtective ? { before: link.terms } : {}
    link.replace({ clientOrderId: newId, revision, filledLots, ...before })
    events.note('replaced', { orderId, clientOrderId: newId, revision, filledLots, ...before })
    this.#amended(link, action, { isReplaced: true })
    // A new name is an order of its own: it goes out when it is known for good.
    events.commit()
    await submission.sendRest(link, action)
  }
}
