import { appendFileSync } from 'node:fs'
import type { SessionEvent } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import { eventText } from './event-text.ts'
import type { OpenedSession } from './open-session.ts'
import { type SessionDescriptor, type SessionFolder, writeWhole } from './session-descriptor.ts'
import { statusOf } from './session-status.ts'

/**
 * What a session leaves for others to read: what happened, and what it is doing. A disk that is full must not end it here:
 * that is told once, and the journal alone decides whether it may go on.
 */
export class SessionRecord {
  readonly folder: SessionFolder
  /** Why the session failed; undefined while it has not. */
  failure: string | undefined
  readonly #context: CommandContext
  #isUnwritable = false

  constructor(context: CommandContext, folder: SessionFolder) {
    this.#context = context
    this.folder = folder
  }

  /** Says what happened: to people on stderr, and for the record in the folder. */
  event(event: SessionEvent): void {
    if (event.kind === 'alarm' && event.code === 'LIVE_SESSION_FAILED') this.failure = event.message
    const timeMs = this.#context.clock.nowMs()
    this.#try(() => appendFileSync(this.folder.events, `${JSON.stringify({ timeMs, ...event })}\n`, { mode: 0o600 }))
    const text = eventText(event)
    if (text !== undefined) this.#context.note(text)
  }

  /** @param hasFailed - Keeps a session that failed from looking like one that was ended. */
  status(descriptor: SessionDescriptor, { session, feed, risk, journal }: OpenedSession, hasFailed = false): void {
    const status = statusOf(descriptor, session, feed.status(), risk.memory, journal.head, this.#context.clock.nowMs())
    const told = hasFailed ? { ...status, state: 'failed' } : status
    this.#try(() => writeWhole(this.folder.status, `${JSON.stringify(told)}\n`))
  }

  #try(write: () => void): void {
    try {
      write()
      this.#isUnwritable = false
    } catch (error) {
      if (this.#isUnwritable) return
      this.#isUnwritable = true
      this.#context.note(
        `${this.folder.path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      )
    }
  }
}
