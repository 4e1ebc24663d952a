import type { Clock, TimeMs } from '@kestrel/core'
import { askVenue } from './ask-venue.ts'
import type { FeedExchange } from './feed-exchange.ts'

/** The venue's time as our clock and its last answer have it. */
export class VenueTime {
  readonly #exchange: FeedExchange
  readonly #clock: Clock
  #skewMs = 0

  constructor(exchange: FeedExchange, clock: Clock) {
    this.#exchange = exchange
    this.#clock = clock
  }

  nowMs(): TimeMs {
    return this.#clock.nowMs() + this.#skewMs
  }

  /**
   * Asks the venue for its time and sets the difference; where it cannot be asked, it gives ours.
   *
   * @throws VenueError
   */
  async ask(): Promise<TimeMs> {
    if (this.#exchange.has['fetchTime'] !== true) return this.nowMs()
    const askedMs = this.#clock.nowMs()
    const venueMs = await askVenue(this.#exchange, 'its time', async () => this.#exchange.fetchTime())
    if (venueMs === undefined) return this.nowMs()
    this.#skewMs = venueMs - (askedMs + this.#clock.nowMs()) / 2
    return venueMs
  }
}
