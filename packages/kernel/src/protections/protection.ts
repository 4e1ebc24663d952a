import type { TimeMs } from '@kestrel/core'

/** A trade that has just been closed. */
export interface ClosedTrade {
  readonly instrumentIndex: number
  readonly instrumentId: string
  readonly timeMs: TimeMs
  /** After fees and funding, settle currency. */
  readonly profit: number
  /** Closed by a stop order of any kind, or by the venue. */
  readonly byStop: boolean
}

/** Decides whether positions may be opened. Nothing that it does keeps a position from being closed. */
export interface Protection {
  /** A trade was closed. */
  closed?(trade: ClosedTrade): void
  /** Equity at an instant, once for each. */
  marked?(timeMs: TimeMs, equity: number): void
  /** Why no position may be opened in the instrument now; undefined where one may. The same text for the whole of a pause. */
  refusal(instrumentIndex: number, timeMs: TimeMs): string | undefined
}

/** Pauses by instrument, or one for all. */
export class Pauses {
  readonly #forAll: boolean
  readonly #untilMs = new Map<number, TimeMs>()
  readonly #reason = new Map<number, string>()

  constructor(scope: 'instrument' | 'all') {
    this.#forAll = scope === 'all'
  }

  /** Begins a pause, or makes the one in force longer; a shorter one changes nothing. */
  begin(instrumentIndex: number, untilMs: TimeMs, reason: string): void {
    const key = this.key(instrumentIndex)
    if (untilMs <= (this.#untilMs.get(key) ?? -Infinity)) return
    this.#untilMs.set(key, untilMs)
    this.#reason.set(key, reason)
  }

  /** Why it is paused at an instant; the end of a pause is no longer in it. */
  reason(instrumentIndex: number, timeMs: TimeMs): string | undefined {
    const key = this.key(instrumentIndex)
    return timeMs < (this.#untilMs.get(key) ?? -Infinity) ? this.#reason.get(key) : undefined
  }

  /** What an instrument's trades are counted under. */
  key(instrumentIndex: number): number {
    return this.#forAll ? -1 : instrumentIndex
  }
}
