import type { TimeMs } from '@kestrel/core'

/** Failures after which an address, or a user from anywhere, has to wait. A user's is higher, so that nobody is locked out by one prankster soon. */
const ADDRESS_FAILURES = 5
const USER_FAILURES = 20
const FIRST_LOCK_MS = 30_000
const LONGEST_LOCK_MS = 900_000
/** Quiet time after which failures are forgotten. */
const FORGET_MS = 3_600_000
const MOST_ENTRIES = 10_000

interface Record {
  failures: number
  lockedUntilMs: TimeMs
  lastMs: TimeMs
}

/**
 * Slows down guessing: after some failures an address or a user is locked out, for twice as long after each further
 * failure, up to 15 minutes. While locked, a right password is refused like a wrong one.
 */
export class LoginGuard {
  readonly #records = new Map<string, Record>()

  /** Milliseconds to wait, 0 where a try is allowed. */
  waitMs(address: string, user: string, nowMs: TimeMs): number {
    const until = [`a:${address}`, `u:${user}`].map((key) => this.#records.get(key)?.lockedUntilMs ?? 0)
    return Math.max(0, Math.max(...until) - nowMs)
  }

  failed(address: string, user: string, nowMs: TimeMs): void {
    this.#count(`a:${address}`, ADDRESS_FAILURES, nowMs)
    this.#count(`u:${user}`, USER_FAILURES, nowMs)
  }

  /** Forgets the address's failures. Those of the user stay until they are old: a guesser must not see them reset. */
  succeeded(address: string): void {
    this.#records.delete(`a:${address}`)
  }

  #count(key: string, allowed: number, nowMs: TimeMs): void {
    const found = this.#records.get(key)
    const record =
      found === undefined || nowMs - found.lastMs > FORGET_MS ? { failures: 0, lockedUntilMs: 0, lastMs: nowMs } : found
    record.failures += 1
    record.lastMs = nowMs
    if (record.failures >= allowed) {
      record.lockedUntilMs = nowMs + Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (record.failures - allowed))
    }
    // Put at the end, so that the front of the map is what failed longest ago.
    this.#records.delete(key)
    this.#records.set(key, record)
    for (const [oldest] of this.#records) {
      if (this.#records.size <= MOST_ENTRIES) break
      this.#records.delete(oldest)
    }
  }
}
