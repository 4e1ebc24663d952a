import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, TimeMs } from '@kestrel/core'
import type { SenderTimes } from './sender-times.ts'

/** When requests are tried again, and until when: the waits between tries, until the sender is closed. */
export class RequestPace {
  readonly times: SenderTimes
  readonly #clock: Clock
  readonly #closing = new AbortController()

  constructor(times: SenderTimes, clock: Clock) {
    this.times = times
    this.#clock = clock
  }

  nowMs(): TimeMs {
    return this.#clock.nowMs()
  }

  /** Nothing is sent or asked any more. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Ends every wait. */
  close(): void {
    this.#closing.abort()
  }

  /** Resolves with the promise, or after so many times the time that it takes to believe a venue. */
  async atMost(promise: Promise<unknown>, settles: number): Promise<void> {
    const timer = new AbortController()
    const signal = AbortSignal.any([timer.signal, this.#closing.signal])
    const tooLong = wait(settles * this.times.settleMs, undefined, { signal }).catch(() => undefined)
    await Promise.race([promise, tooLong])
    timer.abort()
  }

  /** Waits until what comes in many parts has come. */
  async gather(): Promise<void> {
    const { gatherMs = 0 } = this.times
    if (gatherMs > 0) await wait(gatherMs, undefined, { signal: this.#closing.signal }).catch(() => undefined)
  }

  /** @param tried - Tries so far, from 1. The wait doubles with each. */
  async pause(tried: number): Promise<void> {
    const { firstWaitMs, mostWaitMs } = this.times
    const ms = Math.min(mostWaitMs, firstWaitMs * 2 ** (tried - 1))
    await wait(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined)
  }
}
