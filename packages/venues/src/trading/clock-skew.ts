import type { Clock } from '@kestrel/core'
import { unreadable } from './raw-answer.ts'

/** Questions of one measurement; the fastest answer is the most exact. */
const SAMPLES = 3

/** The difference between the venue's clock and ours, measured by asking for the time. */
export class ClockSkew {
  readonly #clock: Clock
  readonly #everyMs: number
  #skewMs = 0
  #measuredMs = Number.NEGATIVE_INFINITY
  #running: Promise<void> | undefined

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock
    this.#everyMs = everyMs
  }

  /** Venue time less our time. Exact to half of the fastest round trip. */
  get skewMs(): number {
    return this.#skewMs
  }

  get isDue(): boolean {
    return this.#running === undefined && this.#clock.nowMs() - this.#measuredMs >= this.#everyMs
  }

  /**
   * Measures anew; one that is under way is joined.
   *
   * @param ask - Asks the venue for its time, ms.
   */
  async measure(ask: () => Promise<unknown>): Promise<void> {
    this.#running ??= this.#measure(ask).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #measure(ask: () => Promise<unknown>): Promise<void> {
    let best = Number.POSITIVE_INFINITY
    let found = this.#skewMs
    for (let sample = 0; sample < SAMPLES; sample++) {
      const askedMs = this.#clock.nowMs()
      const venueMs = Number(await ask())
      const answeredMs = this.#clock.nowMs()
      if (!Number.isFinite(venueMs) || venueMs <= 0) throw unreadable('the time of the venue')
      if (answeredMs - askedMs >= best) continue
      best = answeredMs - askedMs
      found = venueMs - (askedMs + answeredMs) / 2
    }
    this.#skewMs = found
    this.#measuredMs = this.#clock.nowMs()
  }
}
