import type { InstrumentId, TimeMs } from '@kestrel/core'
import type { Order } from '@kestrel/kernel'

/** How long a stop is missed before it is put back: what took it away may have closed its position, and is still to be told. */
const WAIT_MS = 2_000
/** Who takes a stop away again so soon after it was put back means it. */
const AGAIN_MS = 60_000

/** A time in which a stop that guards a position was not at the venue. */
export interface Absence {
  readonly order: Order
  readonly fromMs: TimeMs
  /** When it was put back or ended; infinite before. */
  readonly toMs: TimeMs
  readonly reason: string
}

interface Missing {
  readonly sinceMs: TimeMs
  readonly reason: string
  /** Somebody takes it away each time, or trades by hand: it is left to them. */
  isLeft: boolean
}

/**
 * Stops of brackets that are open in the books and that the venue does not have, though nobody on this side wanted that. They are
 * put back once; one that somebody takes away again stays away until trading is resumed by hand.
 */
export class MissingStops {
  readonly #missing = new Map<Order, Missing>()
  readonly #putBackMs = new Map<Order, TimeMs>()
  readonly #absences: Absence[] = []

  get isEmpty(): boolean {
    return this.#missing.size === 0
  }

  has(order: Order): boolean {
    return this.#missing.has(order)
  }

  all(): readonly Order[] {
    return [...this.#missing.keys()]
  }

  /** Why it is missing, and whether it is left so; undefined for others. */
  of(order: Order): Readonly<Missing> | undefined {
    return this.#missing.get(order)
  }

  /** @param isTaken - The venue had it, and somebody took it away. */
  lose(order: Order, reason: string, isTaken: boolean, nowMs: TimeMs): void {
    const isLeft = isTaken && nowMs - (this.#putBackMs.get(order) ?? -Infinity) < AGAIN_MS
    this.#missing.set(order, { sinceMs: nowMs, reason, isLeft })
  }

  /** Those that are to be put back now. */
  due(nowMs: TimeMs): readonly Order[] {
    return this.all().filter((order) => this.#isDue(order, nowMs))
  }

  /** True where one is to be put back. */
  isDue(nowMs: TimeMs): boolean {
    for (const order of this.#missing.keys()) if (this.#isDue(order, nowMs)) return true
    return false
  }

  /** It goes to the venue again. */
  putBack(order: Order, nowMs: TimeMs): void {
    this.#close(order, nowMs)
    this.#putBackMs.set(order, nowMs)
  }

  /** True for one that is or was on its way back to the venue. */
  wasPutBack(order: Order): boolean {
    return this.#putBackMs.has(order)
  }

  /** It is not put back until somebody wants that. */
  leave(order: Order): void {
    const missing = this.#missing.get(order)
    if (missing !== undefined) missing.isLeft = true
  }

  /** None of an instrument is put back until somebody wants that. */
  leaveAll(instrumentId: InstrumentId): void {
    for (const [{ instrument }, each] of this.#missing) if (instrument.id === instrumentId) each.isLeft = true
  }

  /** Somebody looked at it, and wants all of them back. */
  resume(): void {
    for (const each of this.#missing.values()) each.isLeft = false
  }

  /** It has ended. */
  forget(order: Order, nowMs: TimeMs): void {
    this.#close(order, nowMs)
    this.#putBackMs.delete(order)
  }

  /** All times in which one was missing, those that go on last. */
  absences(): readonly Absence[] {
    const present = [...this.#missing].map(([order, { sinceMs, reason }]) => {
      return { order, fromMs: sinceMs, toMs: Infinity, reason }
    })
    return [...this.#absences, ...present]
  }

  #isDue(order: Order, nowMs: TimeMs): boolean {
    const missing = this.#missing.get(order)
    return missing !== undefined && !missing.isLeft && nowMs - missing.sinceMs >= WAIT_MS
  }

  #close(order: Order, nowMs: TimeMs): void {
    const missing = this.#missing.get(order)
    if (missing === undefined) return
    this.#absences.push({ order, fromMs: missing.sinceMs, toMs: nowMs, reason: missing.reason })
    this.#missing.delete(order)
  }
}
