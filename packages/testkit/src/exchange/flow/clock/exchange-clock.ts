import type { Clock, TimeMs } from '@kestrel/core'
import { TimerQueue } from './timer-queue.ts'

/** When two things fall on one instant: bars close first, then the market moves, then streams say so. */
export const TIMER_RANK = { close: 0, market: 1, publish: 2 } as const

export type TimerRank = (typeof TIMER_RANK)[keyof typeof TIMER_RANK]

/** Takes a timer back. Harmless once it ran. */
export type CancelTimer = () => void

/**
 * The exchange's own time: everything that happens at the exchange by itself happens in a timer of this clock, so that one
 * seed gives one history whether time is moved by a test or runs with the machine.
 */
export interface ExchangeClock extends Clock {
  /** Runs once at `tsMs`, or at the next movement of the clock if that is past. */
  at(tsMs: TimeMs, run: () => void, rank?: TimerRank): CancelTimer
  /** Runs at every multiple of `periodMs` since 1970, as venues do. */
  every(periodMs: number, run: () => void, rank?: TimerRank): CancelTimer
}

/** The part both clocks share: a queue of timers and the instant of the one that runs. */
export class TimerClock implements ExchangeClock {
  readonly #queue = new TimerQueue()
  #nowMs: TimeMs
  #isRunning = false

  constructor(startMs: TimeMs) {
    this.#nowMs = startMs
  }

  nowMs(): TimeMs {
    return this.#nowMs
  }

  at(tsMs: TimeMs, run: () => void, rank: TimerRank = TIMER_RANK.market): CancelTimer {
    return this.#queue.add(Math.max(tsMs, this.#nowMs), rank, run)
  }

  every(periodMs: number, run: () => void, rank: TimerRank = TIMER_RANK.market): CancelTimer {
    let cancel: CancelTimer
    let isStopped = false
    const plan = (): void => {
      cancel = this.at((Math.floor(this.#nowMs / periodMs) + 1) * periodMs, step, rank)
    }
    const step = (): void => {
      run()
      if (!isStopped) plan()
    }
    plan()
    return () => {
      isStopped = true
      cancel()
    }
  }

  /**
   * Runs what is due up to and including `tsMs`, each at its own instant, and stands at `tsMs` afterwards. Does nothing when a
   * timer asks for it: the movement that the timer is part of goes on.
   *
   * @param mayGoOn - Asked after each timer; where it says no, time stands at that timer, and the rest is left for another call.
   */
  protected runUntil(tsMs: TimeMs, mayGoOn: () => boolean = () => true): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let due = this.#queue.takeDue(tsMs); due !== undefined; due = this.#queue.takeDue(tsMs)) {
        this.#nowMs = Math.max(this.#nowMs, due.tsMs)
        due.run()
        if (!mayGoOn()) return
      }
      this.#nowMs = Math.max(this.#nowMs, tsMs)
    } finally {
      this.#isRunning = false
    }
  }
}

/** An exchange clock that a test moves. */
export class ManualExchangeClock extends TimerClock {
  /** Moves on by a span and lets everything in it happen. */
  advance(spanMs: number): void {
    this.runUntil(this.nowMs() + spanMs)
  }

  advanceTo(tsMs: TimeMs): void {
    this.runUntil(tsMs)
  }
}
