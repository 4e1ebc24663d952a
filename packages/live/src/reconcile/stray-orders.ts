import type { VenueOrder } from '@kestrel/kernel'
import type { SessionNotices } from '../session/session-notices.ts'
import type { SessionVenues } from '../session/session-venues.ts'
import type { Difference } from './difference.ts'

/**
 * Orders of the session that are open at a venue and have ended in the books: whatever they fill nobody asked for, so they are
 * cancelled, at once or when the session may send.
 */
export class StrayOrders {
  readonly #venues: SessionVenues
  readonly #notices: SessionNotices
  readonly #isRunning: () => boolean
  readonly #waiting: VenueOrder[] = []

  constructor(venues: SessionVenues, notices: SessionNotices, isRunning: () => boolean) {
    this.#venues = venues
    this.#notices = notices
    this.#isRunning = isRunning
  }

  /** Cancels those that a start found. */
  begin(): void {
    for (const order of this.#waiting.splice(0)) void this.#cancel(order)
  }

  /** Has an order cancelled. @returns Its line in the table of differences. */
  found(order: VenueOrder): Difference {
    if (this.#isRunning()) void this.#cancel(order)
    else this.#waiting.push(order)
    const { instrument, side, type, quantityLots, filledLots, venueOrderId } = order
    return {
      venue: instrument.venue,
      kind: 'foreign-order',
      what: `${venueOrderId} ${instrument.id}`,
      ours: 'has ended',
      theirs: `${side} ${type} ${quantityLots - filledLots} lots open`,
      verdict: 'explained',
      detail: "the session's own, ended in its books: it is cancelled",
    }
  }

  async #cancel(order: VenueOrder): Promise<void> {
    const { instrument, venueOrderId, clientOrderId = '', type } = order
    const message = `Order ${venueOrderId} was open at the venue and ended in the books.`
    try {
      await this.#venues.gatewayOf(instrument.venue).cancelOrder({ clientOrderId, venueOrderId, instrument, type })
      this.#notices.alarm('warning', 'LIVE_ORDER_LEFT', message)
    } catch (error) {
      // It has ended since, or the next look finds it again.
      this.#notices.note('cancel-failed', { venueOrderId, reason: String(error), why: 'ended in the books' })
    }
  }
}
