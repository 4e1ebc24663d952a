import { readClientOrderId, sessionCode } from './client-order-id.ts'
import type { OrderLink } from './order-link.ts'
import { failureText } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'

/** How many orders are remembered with their fills, so that what comes again is known, */
const KEPT_ORDERS = 2_000
/** and for how long all are: looks and gaps ask for the fills of the last minutes again. */
const KEPT_MS = 300_000

/** The orders of a session at its venues: finds them by any of their names, and lines up what is asked for each. */
export class OrderLinks {
  readonly #code: string
  readonly #events: SenderEvents
  readonly #pace: RequestPace
  readonly #links = new Map<number, OrderLink>()

  /** @param session - What the names of its orders are made from. */
  constructor(session: string, events: SenderEvents, pace: RequestPace) {
    this.#code = sessionCode(session)
    this.#events = events
    this.#pace = pace
  }

  add(link: OrderLink): OrderLink {
    this.#links.set(link.action.orderId, link)
    return link
  }

  of(orderId: number): OrderLink | undefined {
    return this.#links.get(orderId)
  }

  /**
   * The order that a venue speaks of; undefined for one that is not the session's. O(n) where it gives no name of ours.
   *
   * @param fits - Whether it can be an order, where its number alone says so: venues that keep stops apart number them apart.
   */
  ofVenue(
    clientId: string | undefined,
    venueOrderId: string,
    fits: (link: OrderLink) => boolean = () => true,
  ): OrderLink | undefined {
    const named = readClientOrderId(clientId)
    if (named !== undefined) return named.sessionCode === this.#code ? this.#links.get(named.orderId) : undefined
    for (const link of this.#links.values()) {
      if ((link.venueOrderId === venueOrderId || link.earlierVenueIds.has(venueOrderId)) && fits(link)) return link
    }
    return undefined
  }

  all(): IterableIterator<OrderLink> {
    return this.#links.values()
  }

  /** Ended orders are kept for a while: their fills may come again. */
  end(link: OrderLink): void {
    const nowMs = this.#pace.nowMs()
    link.status = 'done'
    link.endedMs = nowMs
    for (const [orderId, { status, mayComeBack, endedMs }] of this.#links) {
      if (this.#links.size <= KEPT_ORDERS || (status === 'done' && endedMs > nowMs - KEPT_MS)) break
      if (status === 'done' && !mayComeBack) this.#links.delete(orderId)
    }
  }

  /** Does something for an order after all that was asked for it before; an error in it is told. */
  enqueue(link: OrderLink, task: () => Promise<void>): void {
    link.queue = link.queue
      .then(async () => (this.#pace.isClosed ? undefined : task()))
      .catch((error: unknown) => {
        if (!this.#pace.isClosed) {
          this.#events.alarm('LIVE_SENDER', `Order ${link.action.orderId}: ${failureText(error)}`)
        }
      })
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    for (;;) {
      const queues = [...this.#links.values()].map(({ queue }) => queue)
      await Promise.all(queues)
      const catchingUp = [...this.#links.values()].flatMap((link) => link.catchingUp ?? [])
      await Promise.all(catchingUp)
      const isSame = [...this.#links.values()].every(({ queue }, i) => queue === queues[i])
      if (isSame && catchingUp.length === 0) return
    }
  }
}
