import type { Clock } from '@kestrel/core'
import type { SessionJournal } from './session-journal.ts'
import type { SessionEvent } from './session-ports.ts'

/** What a session says of itself: for the record in its journal, and to whoever listens. */
export class SessionNotices {
  readonly #journal: SessionJournal
  readonly #clock: Clock
  readonly #listener: ((event: SessionEvent) => void) | undefined
  readonly #write: (act: () => void) => void
  #hasLeft = false

  /** @param write - Does what writes to the journal, and takes care of a write that fails. */
  constructor(
    journal: SessionJournal,
    clock: Clock,
    listener: ((event: SessionEvent) => void) | undefined,
    write: (act: () => void) => void,
  ) {
    this.#journal = journal
    this.#clock = clock
    this.#listener = listener
    this.#write = write
  }

  /** True once the journal belongs to somebody else. */
  get hasLeft(): boolean {
    return this.#hasLeft
  }

  /** From here on nothing is written any more. */
  leave(): void {
    this.#hasLeft = true
  }

  /** Writes something for the record. It is on the disk with the next commit. */
  note(kind: string, body: Readonly<Record<string, unknown>>): void {
    if (!this.#hasLeft) this.#write(() => this.#journal.note(this.#clock.nowMs(), kind, body))
  }

  /** Somebody has to know. `critical`: and do something. */
  alarm(severity: 'info' | 'warning' | 'critical', code: string, message: string): void {
    try {
      this.note('alarm', { severity, code, message })
    } catch {
      // Whoever listens has to hear of it all the more.
    }
    this.tell({ kind: 'alarm', severity, code, message })
  }

  tell(event: SessionEvent): void {
    this.#listener?.(event)
  }
}
