import { type Clock, type TimeMs, UsageError } from '@kestrel/core'
import { TimerClock } from './exchange-clock.ts'

/** Longest time for which a look at the timers keeps the machine from everything else, ms of the machine. */
const MOST_AT_ONCE_MS = 250

/** Calls back once after a span of the machine's time; what `setTimeout` is. Returns how to take it back. */
export type Wake = (run: () => void, afterMs: number) => () => void

export interface PacedClockOptions {
  /** The machine's clock. */
  readonly clock: Clock
  /** Exchange time of the start. Default: the machine's time then. */
  readonly startMs?: TimeMs
  /** Exchange milliseconds per machine millisecond, above 0. Default 1; 60 makes an hour pass in a minute. */
  readonly speed?: number
  /** Machine time between two looks at the timers. Default 5. */
  readonly tickMs?: number
  /** Replaces `setTimeout` in tests. */
  readonly wake?: Wake
}

/**
 * Exchange time that runs with the machine, faster or slower. Timers run at their own instants, in order, however late the
 * machine comes to them; between two looks the time stands still, so an answer is never stamped before what it shows. A machine
 * that cannot keep up falls behind, and still comes to other things in between.
 */
export class PacedClock extends TimerClock {
  readonly #clock: Clock
  readonly #originMs: TimeMs
  readonly #machineOriginMs: TimeMs
  readonly #speed: number
  readonly #tickMs: number
  readonly #wake: Wake
  #cancel: (() => void) | undefined

  /** @throws UsageError `TESTKIT_CLOCK_SPEED` unless the speed is finite and above 0. */
  constructor(options: PacedClockOptions) {
    const machineMs = options.clock.nowMs()
    super(options.startMs ?? machineMs)
    this.#clock = options.clock
    this.#machineOriginMs = machineMs
    this.#originMs = options.startMs ?? machineMs
    this.#speed = options.speed ?? 1
    this.#tickMs = options.tickMs ?? 5
    this.#wake = options.wake ?? wakeByTimeout
    if (!(this.#speed > 0) || !Number.isFinite(this.#speed)) {
      throw new UsageError({
        code: 'TESTKIT_CLOCK_SPEED',
        message: `An exchange clock cannot run at speed ${this.#speed}.`,
        hint: 'Give a number above 0; 1 is real time.',
        meta: { speed: this.#speed },
      })
    }
  }

  /** Lets time run. Stop it, or it keeps the process alive. */
  start(): void {
    if (this.#cancel === undefined) this.#plan()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Catches up with the machine now, for instance before a request is answered; not quite where that takes too long. */
  catchUp(): void {
    const beganMs = this.#clock.nowMs()
    const elapsedMs = (beganMs - this.#machineOriginMs) * this.#speed
    this.runUntil(this.#originMs + Math.floor(elapsedMs), () => this.#clock.nowMs() - beganMs < MOST_AT_ONCE_MS)
  }

  #plan(): void {
    this.#cancel = this.#wake(() => {
      this.catchUp()
      if (this.#cancel !== undefined) this.#plan()
    }, this.#tickMs)
  }
}

const wakeByTimeout: Wake = (run, afterMs) => {
  const timer = setTimeout(run, afterMs)
  return () => clearTimeout(timer)
}
