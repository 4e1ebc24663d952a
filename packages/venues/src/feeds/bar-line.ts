import type { TimeMs } from '@kestrel/core'
import type { FeedBar } from '@kestrel/kernel'

/** A candle as it stands: of its bar nobody knows yet whether it will change. */
export type Candle = Omit<FeedBar, 'tsRecvMs' | 'closeTimeMs'>

/**
 * Puts the candles of one market into line: each bar once, in order, none left out, and only when it has closed.
 *
 * A streamed candle is known to have closed when one of a later bar comes. A request knows it by the venue's time. Where the
 * stream leaves bars out, it waits for a request to fill them.
 */
export class BarLine {
  readonly #stepMs: number
  readonly #emit: (bar: FeedBar) => void
  /** Newest state of each candle that has not been given out, by its opening. */
  readonly #candles = new Map<TimeMs, Candle>()
  #nextOpenMs: TimeMs

  /** @param fromMs - Opening of the first bar that is given out. */
  constructor(stepMs: number, fromMs: TimeMs, emit: (bar: FeedBar) => void) {
    this.#stepMs = stepMs
    this.#nextOpenMs = fromMs
    this.#emit = emit
  }

  /** Opening of the next bar to be given out. */
  get nextOpenMs(): TimeMs {
    return this.#nextOpenMs
  }

  /** Takes in streamed candles. Returns true where bars are missing before one of them. */
  stream(candles: readonly Candle[], nowMs: TimeMs): boolean {
    let newestMs = -Infinity
    for (const candle of candles) {
      newestMs = Math.max(newestMs, candle.openTimeMs)
      if (candle.openTimeMs >= this.#nextOpenMs) this.#candles.set(candle.openTimeMs, candle)
    }
    for (;;) {
      const next = this.#candles.get(this.#nextOpenMs)
      if (next === undefined || newestMs <= this.#nextOpenMs) break
      this.#give(next, nowMs)
    }
    return newestMs > this.#nextOpenMs
  }

  /**
   * Takes in bars that were asked for, oldest first.
   *
   * @param closedMs - Bars that close by here are final, and the answer holds all of them that there are: one that is missing
   *   before a later one had no trade.
   */
  answer(candles: readonly Candle[], closedMs: TimeMs, nowMs: TimeMs): void {
    for (const candle of candles) {
      if (candle.openTimeMs < this.#nextOpenMs || candle.openTimeMs + this.#stepMs > closedMs) continue
      this.#nextOpenMs = candle.openTimeMs
      this.#give(candle, nowMs)
    }
  }

  #give(candle: Candle, nowMs: TimeMs): void {
    this.#candles.delete(candle.openTimeMs)
    this.#nextOpenMs = candle.openTimeMs + this.#stepMs
    for (const openMs of this.#candles.keys()) if (openMs < this.#nextOpenMs) this.#candles.delete(openMs)
    this.#emit({ ...candle, closeTimeMs: this.#nextOpenMs, tsRecvMs: nowMs })
  }
}
