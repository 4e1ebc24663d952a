import type { Severity } from '@kestrel/contracts'
import type { Clock } from '@kestrel/core'
import type { Logger } from '../log/logger.ts'
import { type Channel, ChannelError } from './channel.ts'
import { HourlyLimit } from './hourly-limit.ts'
import { isAtLeast, type Message } from './message.ts'

const MOST_TRIES = 6
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
const MOST_WAITING = 200

export interface OutboxOptions {
  readonly channel: Channel
  readonly severity: Severity
  readonly mostPerHour: number
  readonly clock: Clock
  readonly logger: Logger
  /** Resolves after a time, or at once when the signal ends it. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Messages on their way through one channel: one after the other, tried again while that makes sense. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #limit: HourlyLimit
  readonly #waiting: Message[] = []
  readonly #abort = new AbortController()
  #work: Promise<void> | undefined

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#limit = new HourlyLimit(options.mostPerHour)
  }

  /** Takes a message along and returns at once. Below the channel's severity nothing happens. */
  add(message: Message): void {
    const { channel, severity, clock, logger } = this.#options
    if (!isAtLeast(message.severity, severity) || this.#abort.signal.aborted) return
    const { isPassed, dropped } = this.#limit.pass(clock.nowMs(), message.severity === 'critical')
    if (!isPassed) {
      logger.warning('message held back: too many in an hour', { channel: channel.name, code: message.code })
      return
    }
    const note = dropped === 0 ? '' : ` (${dropped} messages were held back before this)`
    this.#waiting.push({ ...message, text: message.text + note })
    if (this.#waiting.length > MOST_WAITING) this.#dropOne()
    this.#work ??= this.#run()
  }

  /** Resolves when everything has been sent or given up. */
  async settled(): Promise<void> {
    await this.#work
  }

  /** Gives up what still waits. */
  stop(): void {
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    for (;;) {
      const message = this.#waiting.shift()
      if (message === undefined) break
      await this.#deliver(message)
    }
    this.#work = undefined
  }

  async #deliver(message: Message): Promise<void> {
    const { channel, logger, wait } = this.#options
    const { signal } = this.#abort
    for (let tries = 1; !signal.aborted; tries++) {
      try {
        await channel.send(message)
        return
      } catch (error) {
        const isFinal = !(error instanceof ChannelError) || error.retry === 'never' || tries >= MOST_TRIES
        logger[isFinal ? 'error' : 'warning'](isFinal ? 'message given up' : 'message not taken yet', {
          channel: channel.name,
          code: message.code,
          tries,
          error,
        })
        if (isFinal) return
        const backoffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1))
        await wait(Math.max(backoffMs, error.waitMs ?? 0), signal)
      }
    }
  }

  /** Makes room: the oldest of the least severity goes. */
  #dropOne(): void {
    const least = this.#waiting.reduce((a, b) => (isAtLeast(b.severity, a.severity) ? a : b))
    this.#waiting.splice(this.#waiting.indexOf(least), 1)
    const { channel, logger } = this.#options
    logger.warning('message dropped: too many wait', { channel: channel.name, code: least.code })
  }
}
