import type { OrderReference } from '@kestrel/kernel'
import type { OrderLink } from './order-link.ts'
import type { OrderLookUp } from './order-look-up.ts'
import type { OrderReports } from './order-reports.ts'
import { failureOf, TRIES_TO_ALARM } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'

/** Takes orders off venues. A cancel changes nothing twice, so it is sent until the order has ended. */
export class OrderCancellation {
  readonly #reports: OrderReports
  readonly #lookUp: OrderLookUp
  readonly #events: SenderEvents
  readonly #pace: RequestPace

  constructor(reports: OrderReports, lookUp: OrderLookUp, events: SenderEvents, pace: RequestPace) {
    this.#reports = reports
    this.#lookUp = lookUp
    this.#events = events
    this.#pace = pace
  }

  /** Resolves when the order has ended, by this or by itself. */
  async cancel(link: OrderLink, reason: string): Promise<void> {
    for (let tried = 1; !link.hasEnded && !this.#pace.isClosed; tried++) {
      try {
        const answer = await link.gateway.cancelOrder(link)
        if (answer !== undefined) this.#reports.hearOrder(answer)
        // The answer of some venues only says that they heard; how it ended is asked for.
        if (link.hasEnded || (await this.#lookUp.hasEnded(link))) return
      } catch (error) {
        const failure = failureOf(error)
        this.#events.note('cancel-failed', { orderId: link.action.orderId, reason: failure.reason, tried, why: reason })
        // Most often it has ended by itself.
        if (failure.retry === 'never' && (await this.#lookUp.hasEnded(link))) return
      }
      await this.#pace.pause(tried)
    }
  }

  /** Takes an order off the venue that has ended in the books; what it fills until then is booked. */
  async cancelEnded(link: OrderLink, order: OrderReference): Promise<void> {
    const { orderId } = link.action
    for (let tried = 1; tried <= TRIES_TO_ALARM && !this.#pace.isClosed; tried++) {
      try {
        await link.gateway.cancelOrder(order)
        return
      } catch (error) {
        const { retry, reason } = failureOf(error)
        this.#events.note('cancel-failed', { orderId, reason, tried, why: 'ended in the books' })
        if (retry === 'never') return
      }
      await this.#pace.pause(tried)
    }
  }
}
