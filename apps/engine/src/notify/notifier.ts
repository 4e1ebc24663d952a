import { setTimeout as sleep } from 'node:timers/promises'
import type { Severity } from '@kestrel/contracts'
import type { Clock } from '@kestrel/core'
import type { Logger } from '../log/logger.ts'
import type { Redactor } from '../log/redactor.ts'
import type { Channel } from './channel.ts'
import type { Message } from './message.ts'
import { Outbox } from './outbox.ts'
import { RepeatFilter } from './repeat-filter.ts'

/** A channel with the least severity that it is for. */
export interface Route {
  readonly channel: Channel
  readonly severity: Severity
}

export interface NotifierOptions {
  readonly routes: readonly Route[]
  readonly clock: Clock
  readonly logger: Logger
  readonly redactor: Redactor
  /** The same message is sent again only after this long. */
  readonly repeatMs: number
  /** Messages of one channel in any hour, urgent ones aside. */
  readonly mostPerHour: number
  /** For tests; by default a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Tells people what happens. Never throws and never holds up the caller: trading goes on while a chat is down. */
export class Notifier {
  readonly #outboxes: readonly Outbox[]
  readonly #repeats: RepeatFilter
  readonly #options: NotifierOptions

  constructor(options: NotifierOptions) {
    const { routes, clock, logger, mostPerHour, wait = waitQuietly } = options
    this.#options = options
    this.#repeats = new RepeatFilter(options.repeatMs)
    this.#outboxes = routes.map((route) => new Outbox({ ...route, mostPerHour, clock, logger, wait }))
  }

  notify(message: Message): void {
    const { clock, redactor } = this.#options
    const passed = this.#repeats.pass({ ...message, text: redactor.text(message.text) }, clock.nowMs())
    if (passed === undefined) return
    for (const outbox of this.#outboxes) outbox.add(passed)
  }

  /** Waits until everything is sent or given up, at most so long; then gives up the rest. */
  async close(mostMs: number): Promise<void> {
    const all = Promise.all(this.#outboxes.map(async (outbox) => await outbox.settled()))
    const limit = new AbortController()
    await Promise.race([all, waitQuietly(mostMs, limit.signal)])
    limit.abort()
    for (const outbox of this.#outboxes) outbox.stop()
    await all
  }
}

async function waitQuietly(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
