import { type Clock, KestrelError } from '@kestrel/core'
import type { OrderAction } from '../sending/order-action.ts'
import type { SessionCore } from './session-core.ts'
import type { SessionInput } from './session-input.ts'
import type { SessionJournal } from './session-journal.ts'
import type { SessionNotices } from './session-notices.ts'
import type { SessionRisk } from './session-ports.ts'

/** `failed` needs somebody; everything else is as the operator left it. */
export type SessionState = 'recovering' | 'running' | 'ended' | 'failed'

/**
 * The one way into a session: each input is applied, then written to the journal together with the actions that it led to,
 * then the actions are sent. What cannot be applied or written ends the session as failed, and nothing of it is sent.
 */
export class SessionSteps {
  readonly #core: SessionCore
  readonly #journal: SessionJournal
  readonly #notices: SessionNotices
  readonly #clock: Clock
  readonly #send: (action: OrderAction) => void
  readonly #risk: SessionRisk | undefined
  #state: SessionState = 'recovering'
  #toldFills = 0

  constructor(
    core: SessionCore,
    journal: SessionJournal,
    notices: SessionNotices,
    clock: Clock,
    send: (action: OrderAction) => void,
    risk: SessionRisk | undefined,
  ) {
    this.#core = core
    this.#journal = journal
    this.#notices = notices
    this.#clock = clock
    this.#send = send
    this.#risk = risk
  }

  get state(): SessionState {
    return this.#state
  }

  /** It trades from here on. */
  run(): void {
    this.#state = 'running'
  }

  /** Nothing is taken in any more, the end of its strategies excepted. */
  end(): void {
    this.#state = 'ended'
  }

  /** Notes how it was left, and writes nothing any more. */
  leave(kind: 'stopped' | 'suspended'): void {
    if (this.#state !== 'failed') {
      this.#notices.note(kind, {})
      this.commit()
    }
    this.#notices.leave()
  }

  /** The fills in the books were told by whoever wrote the journal. */
  skipFills(): void {
    this.#toldFills = this.#core.kernel.desk.fills.count
  }

  take(input: SessionInput): void {
    // What is heard after the end is found again by the next start.
    const isOver = this.#state === 'ended' && input.kind !== 'end'
    if (this.#state === 'failed' || isOver || this.#notices.hasLeft) return
    const nowMs = this.#clock.nowMs()
    try {
      this.#core.apply(input)
    } catch (error) {
      this.#fail(input, error)
      return
    }
    const actions = this.#core.actions.take()
    try {
      this.#journal.step(nowMs, input, actions)
    } catch (error) {
      // What is not written down is not sent: after a restart nobody would know of it.
      this.#journal.giveUp()
      this.#fail(input, error)
      return
    }
    for (const action of actions) this.#send(action)
    if (input.kind === 'order') this.write(() => this.#risk?.heard?.(input.news))
    this.#tellFills()
  }

  /** What was taken in is on the disk when this returns; where that fails the session has failed. */
  commit(): void {
    if (this.#state === 'failed' || this.#notices.hasLeft) return
    this.write(() => this.#journal.commit())
  }

  /**
   * As {@link commit}, for whoever goes on only with what is on the disk.
   *
   * @throws KestrelError `LIVE_JOURNAL` where it is not.
   */
  requireCommit(): void {
    this.commit()
    if (this.#state !== 'failed') return
    throw new KestrelError({ code: 'LIVE_JOURNAL', message: 'The session has failed: nothing is written any more.' })
  }

  /**
   * Does something that writes to the journal, whoever asks for it: a timer, a stream, an answer. Where that fails the session
   * has failed, and nothing more is written. During a start it is the start that fails.
   *
   * @returns What was done gives; undefined where it failed, or nothing is written any more.
   */
  write<T>(act: () => T): T | undefined {
    if (this.#state === 'failed' || this.#notices.hasLeft) return undefined
    if (this.#state === 'recovering') return act()
    try {
      return act()
    } catch (error) {
      this.#journal.giveUp()
      this.#fail(undefined, error)
      return undefined
    }
  }

  #fail(input: SessionInput | undefined, error: unknown): void {
    this.#state = 'failed'
    const message = error instanceof Error ? error.message : String(error)
    try {
      // Bars by the thousand are told by their feed alone.
      const told = input?.kind === 'bars' ? { ...input, bars: input.bars.close.length } : input
      this.#journal.note(this.#clock.nowMs(), 'failed', { input: told, message })
      this.#journal.commit()
    } catch {
      // It may be the journal that cannot be written.
    }
    this.#notices.alarm('critical', 'LIVE_SESSION_FAILED', `The session has stopped trading: ${message}`)
  }

  #tellFills(): void {
    const { fills } = this.#core.kernel.desk
    for (; this.#toldFills < fills.count; this.#toldFills++) {
      this.#notices.tell({ kind: 'fill', fill: fills.record(this.#toldFills) })
    }
  }
}
