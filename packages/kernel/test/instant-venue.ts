import type { TimeMs } from '@kestrel/core'
import type { ApprovedOrder, Order } from '../src/order.ts'
import type { AmendedTerms, Venue, VenueEvents } from '../src/venue.ts'

/**
 * A venue without a market: it accepts everything, fills market orders in full at `price` when an instant begins, and
 * leaves all others resting until they are cancelled.
 */
export class InstantVenue implements Venue {
  readonly #events: VenueEvents
  readonly #price: number
  #resting: Order[] = []

  constructor(events: VenueEvents, price: number) {
    this.#events = events
    this.#price = price
  }

  submit(order: ApprovedOrder, nowMs: TimeMs): void {
    this.#resting.push(order)
    this.#events.accepted(order, nowMs)
  }

  submitGroup(): void {
    throw new Error('This venue knows no groups.')
  }

  cancel(order: Order, reason: string, nowMs: TimeMs): void {
    if (!this.#resting.includes(order)) return
    this.#resting = this.#resting.filter((each) => each !== order)
    this.#events.cancelled(order, reason, nowMs)
  }

  amend(order: Order, terms: AmendedTerms, nowMs: TimeMs): void {
    this.#events.amended(order, terms, nowMs)
  }

  advanceTo(timeMs: TimeMs): void {
    for (const order of this.#resting.filter((each) => each.type === 'market')) {
      this.#resting = this.#resting.filter((each) => each !== order)
      const lots = order.remainingLots
      this.#events.filled(order, {
        lots,
        price: this.#price,
        fee: 0,
        liquidity: 'taker',
        slippage: 0,
        barOpenTimeMs: timeMs,
        tsEventMs: timeMs,
      })
    }
  }

  settle(): void {
    // Nothing happens at a close.
  }
}
