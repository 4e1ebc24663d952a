import { readClientOrderId, sessionCode } from './client-order-id.ts'
import type { OrderLink } from './order-link.ts'
import { failureText } from './request-failure.ts'
import type { RequestPace } from './request-pace.ts'
import type { SenderEvents } from './sender-events.ts'

/** How many orders are remembered with their fills, so that what comes again is known, */
const KEPT_ORDERS = 2_000
/** and for how long all are: looks and gaps ask for the fills of the last minutes again. */
const KEPT_MS = 300_000
/** How many orders come before those that are not kept any more are looked for again. */
const SWEEP_EVERY = 500

/** The orders of a session at its venues: finds them by any of their names, and lines up what is asked for each. */
export class OrderLinks {
  readonly #code: string
  readonly #events: SenderEvents
  readonly #pace: RequestPace
  readonly #links = new Map<number, OrderLink>()
  /** By each id that a venue has given to an order; venues that keep stops apart, and several of them, may give one twice. */
  readonly #byVenueId = new Map<string, Set<OrderLink>>()
  #sweepAt = KEPT_ORDERS

  /** @param session - What the names of its orders are made from. */
  constructor(session: string, events: SenderEvents, pace: RequestPace) {
    this.#code = sessionCode(session)
    this.#events = events
    this.#pace = pace
  }

  add(link: OrderLink): OrderLink {
    const { orderId } = link.action
    this.#forget(this.#links.get(orderId))
    this.#links.set(orderId, link)
    for (const venueOrderId of link.earlierVenueIds) this.#index(link, venueOrderId)
    return link
  }

  /** The venue knows an order by an id. */
  learnId(link: OrderLink, venueOrderId: string): void {
    const before = link.venueOrderId
    if (before === venueOrderId) return
    if (before !== undefined && !link.earlierVenueIds.has(before)) this.#forgetId(link, before)
    link.venueOrderId = venueOrderId
    this.#index(link, venueOrderId)
  }

  of(orderId: number): OrderLink | undefined {
    return this.#links.get(orderId)
  }

  /**
   * The order that a venue speaks of; undefined for one that is not the session's.
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
    for (const link of this.#byVenueId.get(venueOrderId) ?? []) if (fits(link)) return link
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
    if (this.#links.size < this.#sweepAt) return
    for (const each of this.#links.values()) {
      if (this.#links.size <= KEPT_ORDERS) break
      if (each.status !== 'done' || each.mayComeBack || each.endedMs > nowMs - KEPT_MS) continue
      this.#links.delete(each.action.orderId)
      this.#forget(each)
    }
    this.#sweepAt = Math.max(KEPT_ORDERS, this.#links.size) + SWEEP_EVERY
  }

  #index(link: OrderLink, venueOrderId: string): void {
    const links = this.#byVenueId.get(venueOrderId)
    if (links === undefined) this.#byVenueId.set(venueOrderId, new Set([link]))
    else links.add(link)
  }

  /** It is not found by its ids any more. */
  #forget(link: OrderLink | undefined): void {
    if (link === undefined) return
    if (link.venueOrderId !== undefined) this.#forgetId(link, link.venueOrderId)
    for (const venueOrderId of link.earlierVenueIds) this.#forgetId(link, venueOrderId)
  }

  #forgetId(link: OrderLink, venueOrderId: string): void {
    const links = this.#byVenueId.get(venueOrderId)
    links?.delete(link)
    if (links?.size === 0) this.#byVenueId.delete(venueOrderId)
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
