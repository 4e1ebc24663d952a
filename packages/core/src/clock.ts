import type { TimeMs } from './time.ts'

/** Source of the present time. Replay injects the time of the data; only the apps use {@link systemClock}. */
export interface Clock {
  nowMs(): TimeMs
}

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now() }

/** A clock that stands until it is moved, for tests and replay. */
export class ManualClock implements Clock {
  #nowMs: TimeMs

  constructor(nowMs: TimeMs) {
    this.#nowMs = nowMs
  }

  nowMs(): TimeMs {
    return this.#nowMs
  }

  advanceTo(nowMs: TimeMs): void {
    this.#nowMs = nowMs
  }
}
