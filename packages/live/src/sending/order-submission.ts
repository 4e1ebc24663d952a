import type { OutgoingOrder } from '@kestrel/kernel'
import { clientOrderId } from './client-order-id.ts'
import type { OrderLink, OrderTerms } from './order-link.ts'
import type { OrderLookUp } from './order-look-up.ts'
import type { OrderReports } from './order-reports.ts'
import { outgoingOrder } from './outgoing-order.ts'
import { failureOf } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'
import { unguarded } from './unguarded.ts'

/** Why nothing goes out while somebody closes the account from outside. */
export const HALTED = 'the session was halted from outside'

/** How often a venue has to turn down what is to stop a loss: it may lack money, or its price be passed, for a moment. */
const REFUSALS_TO_BELIEVE = 3

/** Sends orders: again where that is safe, and never where the one before may have arrived. */
export class OrderSubmission {
  readonly #session: string
  readonly #reports: OrderReports
  readonly #lookUp: OrderLookUp
  readonly #events: SenderEvents
  readonly #pace: RequestPace
  readonly #isHalted: () => boolean

  /** @param session - What the names of its orders are made from. */
  constructor(
    session: string,
    reports: OrderReports,
    lookUp: OrderLookUp,
    events: SenderEvents,
    pace: RequestPace,
    isHalted: () => boolean,
  ) {
    this.#session = session
    this.#reports = reports
    this.#lookUp = lookUp
    this.#events = events
    this.#pace = pace
    this.#isHalted = isHalted
  }

  /**
   * Resolves when the venue has it, or it is told why it has not. What guards a position is never given up for a failure that
   * may pass: it is tried until the venue takes it or turns it down, or nobody wants it any more.
   */
  async send(link: OrderLink, order: OutgoingOrder): Promise<void> {
    const beganMs = this.#pace.nowMs()
    let refusals = 0
    let isTold = false
    for (let tried = 1; !this.#pace.isClosed; tried++) {
      if (tried > 1 && link.isUnwanted) {
        this.#reports.end(link, { kind: 'cancelled', reason: 'nobody wanted it any more before it could be sent' })
        return
      }
      // It may have waited while somebody closed the account; the gateway looks once more when its turn has come.
      const refusal = this.#refusalOf(link)
      if (refusal !== undefined) {
        this.#reports.end(link, { kind: 'rejected', reason: refusal })
        return
      }
      try {
        this.#reports.hearOrder(await link.gateway.createOrder(order, () => !this.#isHalted()))
        return
      } catch (error) {
        const { retry, reason, lacksFunds } = failureOf(error)
        this.#events.note('send-failed', { orderId: link.action.orderId, retry, reason, tried })
        if (this.#pace.isClosed) return
        if (retry === 'unknown-outcome') {
          await this.#lookUp.resolve(link)
          return
        }
        // Under its old name: it may be there after all.
        if (retry === 'never' && link.timesSentAgain > 0 && (await this.#lookUp.isThere(link))) return
        const isRefused = retry === 'never' && !(link.isStop && ++refusals < REFUSALS_TO_BELIEVE)
        const isStale = this.#pace.nowMs() - beganMs > this.#pace.times.staleMs
        if (isStale && link.isProtective && retry === 'safe' && !isTold) {
          isTold = true
          this.#events.alarm('LIVE_GUARD', `${unguarded(link)}: ${reason}`)
        }
        if (retry === 'never' && this.#standsAgain(link, reason)) {
          await this.sendRest(link, link)
          return
        }
        if (isRefused || (isStale && !link.isProtective)) {
          const why = isRefused ? reason : `could not be sent: ${reason}`
          const byVenue = isRefused ? { isByVenue: true as const, ...(lacksFunds ? { lacksFunds } : {}) } : {}
          this.#reports.end(link, { kind: 'rejected', reason: why, ...byVenue })
          return
        }
        await this.#pace.pause(tried)
      }
    }
  }

  /** Sends what is left of an order under its name of now. */
  async sendRest(link: OrderLink, { quantityLots, limitTicks, triggerTicks }: OrderTerms): Promise<void> {
    const { action, clientOrderId, instrument, earlierLots } = link
    const rest = { ...action, clientOrderId, quantityLots: quantityLots - earlierLots }
    await this.send(link, { ...outgoingOrder(rest, instrument), limitTicks, triggerTicks })
  }

  /** Sends an order that the venue had, or turned down, under other names: its new one is on the disk before. */
  async sendAnew(link: OrderLink): Promise<void> {
    // Filled under the name before, while it waited for its turn.
    if (link.hasEnded || link.isFilled) {
      this.#reports.end(link, { kind: 'cancelled', reason: 'it was filled under its name before' })
      return
    }
    const { action, clientOrderId, revision, earlierLots: filledLots } = link
    this.#events.note('replaced', { orderId: action.orderId, clientOrderId, revision, filledLots })
    this.#events.commit()
    await this.sendRest(link, link)
  }

  /** Sends once more what never arrived: under the same name it is the same order. */
  async sendAgain(link: OrderLink): Promise<void> {
    if (link.hasEnded) return
    if (link.isUnwanted) {
      this.#reports.end(link, { kind: 'cancelled', reason: 'nobody wanted it any more before it could be sent' })
      return
    }
    const { action, clientOrderId } = link
    this.#events.note('sent-again', { orderId: action.orderId, clientOrderId })
    link.status = 'sending'
    await this.sendRest(link, link)
  }

  /**
   * The venue turned down what was to take the place of an exit: the old one is wanted again, under a new name.
   *
   * @returns False where there is none, or nothing left of it.
   */
  #standsAgain(link: OrderLink, reason: string): boolean {
    const { before, earlierLots: filledLots, action } = link
    if (before === undefined || before.quantityLots <= filledLots) return false
    const { orderId } = action
    const { quantityLots, limitTicks, triggerTicks } = before
    const revision = link.revision + 1
    const newId = clientOrderId(this.#session, orderId, revision)
    link.replace({ clientOrderId: newId, revision, filledLots })
    this.#events.note('replaced', { orderId, clientOrderId: newId, revision, filledLots })
    link.standOn(before)
    const { again } = link
    this.#events.news(orderId, { kind: 'amended', isReplaced: true, ...again, quantityLots, limitTicks, triggerTicks })
    this.#events.news(orderId, { kind: 'amend-refused', reason, ...again, quantityLots })
    this.#events.commit()
    return true
  }

  #refusalOf({ isHeldBack }: OrderLink): string | undefined {
    if (this.#isHalted()) return HALTED
    return isHeldBack ? 'the session was paused before it could be sent' : undefined
  }
}
