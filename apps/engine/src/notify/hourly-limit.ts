import type { TimeMs } from '@kestrel/core'

const HOUR_MS = 3_600_000

/** How many messages of one channel may go out in any hour. */
export class HourlyLimit {
  readonly #most: number
  #sentMs: TimeMs[] = []
  #dropped = 0

  constructor(most: number) {
    this.#most = most
  }

  /**
   * Whether one more may go now; counts it. `dropped` are those that were refused since the last that passed.
   *
   * @param isUrgent - passes always: a limit must not silence the one that matters
   */
  pass(nowMs: TimeMs, isUrgent: boolean): { readonly isPassed: boolean; readonly dropped: number } {
    this.#sentMs = this.#sentMs.filter((sentMs) => nowMs - sentMs < HOUR_MS)
    if (this.#sentMs.length >= this.#most && !isUrgent) {
      this.#dropped += 1
      return { isPassed: false, dropped: this.#dropped }
    }
    this.#sentMs.push(nowMs)
    const dropped = this.#dropped
    this.#dropped = 0
    return { isPassed: true, dropped }
  }
}
