import { KestrelError } from '@kestrel/core'
import type { Message } from './message.ts'

/** A way to reach people. */
export interface Channel {
  readonly name: string
  /** `telegram`, `email` ... */
  readonly kind: string
  /**
   * Hands one message over, once, within a time limit.
   *
   * @throws ChannelError whose `retry` says whether another try makes sense
   */
  send(message: Message): Promise<void>
}

/** A message that a channel did not take. Names neither address nor token. Exit code 4. */
export class ChannelError extends KestrelError {
  override name = 'VenueError'
  /** How long the service asks to wait. */
  readonly waitMs: number | undefined

  constructor(options: {
    readonly message: string
    readonly isWorthRetrying: boolean
    readonly waitMs?: number | undefined
    readonly meta?: Readonly<Record<string, unknown>>
  }) {
    const { message, isWorthRetrying, waitMs, meta = {} } = options
    super({ code: 'NOTIFY_FAILED', message, retry: isWorthRetrying ? 'safe' : 'never', meta })
    this.waitMs = waitMs
  }
}
