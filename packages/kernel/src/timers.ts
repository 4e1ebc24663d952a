import type { TimeMs } from '@kestrel/core'

export interface Timer {
  readonly atMs: TimeMs
  readonly name: string
  readonly strategyIndex: number
}

/** Timers of all strategies, by time and then by the order in which they were set. */
export class Timers {
  readonly #timers: Timer[] = []
  /** Time of the earliest; infinity where none is set. */
  dueMs = Infinity

  add(timer: Timer): void {
    const index = this.#timers.findIndex((each) => each.atMs > timer.atMs)
    this.#timers.splice(index < 0 ? this.#timers.length : index, 0, timer)
    this.dueMs = this.#timers[0]?.atMs ?? Infinity
  }

  /** Removes and returns those due at `timeMs`. */
  takeDue(timeMs: TimeMs): readonly Timer[] {
    const rest = this.#timers.findIndex((each) => each.atMs > timeMs)
    const due = this.#timers.splice(0, rest < 0 ? this.#timers.length : rest)
    this.dueMs = this.#timers[0]?.atMs ?? Infinity
    return due
  }
}
