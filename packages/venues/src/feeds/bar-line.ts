import type { TimeMs } from '@kestrel/core'
import type { FeedBar } from '@kestrel/kernel'

/** A candle as it stands. */
export type Candle = Omit<FeedBar, 'tsRecvMs' | 'closeTimeMs'>

/**
 * Puts the candles of one market into line: each bar once, in order, none left out, and only as it finally is.
 *
 * A streamed candle is final when the venue says so, and only then: that a later bar has begun proves that it closed, not that
 * its last state was received. A candle that was asked for is final when the answer holds a later one, or by the venue's time.
 */
export class BarLine {
  readonly #stepMs: number
  readonly #emit: (bar: FeedBar) => void
  /** Final candles that wait for earlier ones, by their opening. */
  readonly #finals = new Map<TimeMs, Candle>()
  /** Openings of bars that were seen to begin and have not been given out. */
  readonly #begun = new Set<TimeMs>()
  #nextOpenMs: TimeMs
  #newestOpenMs = -Infinity

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

  /** True where a bar has closed for certain and is not here: ask for it. */
  get isMissing(): boolean {
    return this.#newestOpenMs > this.#nextOpenMs
  }

  /** True where nothing was seen of a bar that closed by `closedMs` and has not been given out. */
  isCompleteTo(closedMs: TimeMs): boolean {
    return [...this.#begun].every((openTimeMs) => openTimeMs + this.#stepMs > closedMs)
  }

  /** Takes note that a bar has begun. */
  began(openTimeMs: TimeMs): void {
    if (openTimeMs >= this.#nextOpenMs) this.#begun.add(openTimeMs)
    this.#newestOpenMs = Math.max(this.#newestOpenMs, openTimeMs)
  }

  /** Takes in a candle that the venue's stream calls final. */
  closed(candle: Candle, nowMs: TimeMs): void {
    this.began(candle.openTimeMs)
    if (candle.openTimeMs >= this.#nextOpenMs) this.#finals.set(candle.openTimeMs, candle)
    this.#drain(nowMs)
  }

  /**
   * Takes in bars that were asked for.
   *
   * @param closedMs - By the venue's time, bars that close by here are final. The answer holds all of them that there are: one
   *   that is missing before a later one had no trade.
   */
  answer(candles: readonly Candle[], closedMs: TimeMs, nowMs: TimeMs): void {
    const sorted = candles.toSorted((a, b) => a.openTimeMs - b.openTimeMs)
    const newestOpenMs = sorted.at(-1)?.openTimeMs ?? -Infinity
    this.began(newestOpenMs)
    for (const candle of sorted) {
      const isFinal = candle.openTimeMs < newestOpenMs || candle.openTimeMs + this.#stepMs <= closedMs
      if (!isFinal || candle.openTimeMs < this.#nextOpenMs) continue
      this.#nextOpenMs = candle.openTimeMs
      this.#give(candle, nowMs)
    }
    this.#drain(nowMs)
  }

  #drain(nowMs: TimeMs): void {
    for (let next = this.#finals.get(this.#nextOpenMs); next !== undefined; next = this.#finals.get(this.#nextOpenMs))
      this.#give(next, nowMs)
  }

  #give(candle: Candle, nowMs: TimeMs): void {
    this.#nextOpenMs = candle.openTimeMs + this.#stepMs
    for (const openMs of this.#finals.keys()) if (openMs < this.#nextOpenMs) this.#finals.delete(openMs)
    for (const openMs of this.#begun) if (openMs < this.#nextOpenMs) this.#begun.delete(openMs)
    this.#emit({ ...candle, closeTimeMs: this.#nextOpenMs, tsRecvMs: nowMs })
  }
}
