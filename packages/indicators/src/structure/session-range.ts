const MINUTE_MS = 60_000

/** Positions in the state. */
const SESSION = 0
const HIGH = 1
const LOW = 2
const CLOSE = 3
const FIRST_BEFORE = 4
const FIELDS = 7

/** Highest high, lowest low and last close of the session before the one that is running. */
export class SessionRange {
  readonly #sessionMs: number
  /** Number, high, low and close of the running session; high, low and close of the one before it. */
  readonly #now = new Float64Array(FIELDS).fill(Number.NaN)
  readonly #before = new Float64Array(FIELDS)

  /** @param sessionMinutes - Length of a session, counted from 1970-01-01 00:00 UTC. */
  constructor(sessionMinutes: number) {
    this.#sessionMs = sessionMinutes * MINUTE_MS
  }

  /** NaN while no session has ended. */
  get previousHigh(): number {
    return this.#now[FIRST_BEFORE] as number
  }

  get previousLow(): number {
    return this.#now[FIRST_BEFORE + 1] as number
  }

  get previousClose(): number {
    return this.#now[FIRST_BEFORE + 2] as number
  }

  step(openTimeMs: number, high: number, low: number, close: number, isNewBar: boolean): void {
    const now = this.#now
    const before = this.#before
    if (isNewBar) before.set(now)
    else now.set(before)
    const session = Math.floor(openTimeMs / this.#sessionMs)
    if (session === before[SESSION]) {
      now[HIGH] = Math.max(before[HIGH] as number, high)
      now[LOW] = Math.min(before[LOW] as number, low)
    } else {
      now.copyWithin(FIRST_BEFORE, HIGH, FIRST_BEFORE)
      now[SESSION] = session
      now[HIGH] = high
      now[LOW] = low
    }
    now[CLOSE] = close
  }
}
