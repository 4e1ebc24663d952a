import type { SessionEvent } from '@kestrel/contracts'
import type { SessionDirectory, SessionHandle } from '../api/session-directory.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { Logger } from '../log/logger.ts'
import { readDescriptor, sessionIds } from '../session/session-descriptor.ts'
import { feedsOf, riskOf, sessionOf } from './describe-for-api.ts'
import { FolderSession } from './folder-session.ts'

const LOOK_MS = 500

/** The sessions of a project, each in a process of its own, watched through their folders. */
export class FolderDirectory implements SessionDirectory, Disposable {
  readonly #context: CommandContext
  readonly #logger: Logger
  readonly #sessions = new Map<string, FolderSession>()
  readonly #listeners = new Set<(event: SessionEvent) => void>()
  /** What was last told of each thing, so that only changes are told. */
  readonly #told = new Map<string, string>()
  /** Why a session cannot be read, by what of it and its name. */
  readonly #problems = new Map<string, string>()
  readonly #timer: NodeJS.Timeout

  constructor(context: CommandContext, logger: Logger) {
    this.#context = context
    this.#logger = logger
    // What happened before somebody listens is no news.
    for (const session of this.#refresh()) this.#keepGoing(session.id, 'news', () => session.news())
    this.#timer = setInterval(() => this.look(), LOOK_MS)
    this.#timer.unref()
  }

  async list(): Promise<readonly SessionHandle[]> {
    return this.#refresh()
  }

  async find(id: string): Promise<SessionHandle | undefined> {
    return this.#refresh().find((session) => session.id === id)
  }

  subscribe(onEvent: (event: SessionEvent) => void): () => void {
    this.#listeners.add(onEvent)
    return () => void this.#listeners.delete(onEvent)
  }

  /** Looks at every folder now and tells what is new. Called by itself, and by tests. */
  look(): void {
    try {
      for (const session of this.#refresh()) this.#keepGoing(session.id, 'news', () => this.#tellNews(session))
    } catch (error) {
      this.#tellProblem('', 'list', error)
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #refresh(): readonly FolderSession[] {
    const present = sessionIds(this.#context).filter((id) =>
      this.#keepGoing(id, 'descriptor', () => readDescriptor(this.#context, id)),
    )
    for (const id of this.#sessions.keys()) if (!present.includes(id)) this.#sessions.delete(id)
    return present.map((id) => {
      const session = this.#sessions.get(id) ?? new FolderSession(this.#context, id)
      this.#sessions.set(id, session)
      return session
    })
  }

  /** What is wrong with one session must not silence the others. False where something is. */
  #keepGoing(id: string, what: 'descriptor' | 'news', read: () => void): boolean {
    try {
      read()
      this.#problems.delete(`${what} ${id}`)
      return true
    } catch (error) {
      this.#tellProblem(id, what, error)
      return false
    }
  }

  /** Once when it begins, and again when it is another one: it is looked at twice a second. */
  #tellProblem(id: string, what: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (this.#problems.get(`${what} ${id}`) === message) return
    this.#problems.set(`${what} ${id}`, message)
    this.#logger.error('a session cannot be read', { session: id, error })
    if (id === '') return
    const data = { severity: 'error', code: 'SESSION_DAMAGED', message } as const
    this.#tell({ kind: 'notice', sessionId: id, timeMs: this.#context.clock.nowMs(), data })
  }

  #tellNews(session: FolderSession): void {
    const sessionId = session.id
    for (const event of session.news()) this.#tell(event)
    const state = session.state()
    const timeMs = this.#context.clock.nowMs()
    const at = { sessionId, timeMs }
    const described = sessionOf(state)
    // The heartbeat alone is no news.
    this.#tellChange(
      `session ${sessionId}`,
      { ...described, heartbeatTimeMs: 0, valuedTimeMs: 0 },
      {
        ...at,
        kind: 'session',
        data: described,
      },
    )
    const risk = riskOf(state)
    this.#tellChange(`risk ${sessionId}`, risk, { ...at, kind: 'risk', data: risk })
    for (const feed of state.isRunning ? feedsOf(state, timeMs) : []) {
      const key = `feed ${sessionId} ${feed.instrumentId} ${feed.feed}`
      this.#tellChange(key, { ...feed, lastEventTimeMs: 0 }, { ...at, kind: 'feed', data: feed })
    }
  }

  #tellChange(key: string, compared: object, event: SessionEvent): void {
    const text = JSON.stringify(compared)
    if (this.#told.get(key) === text) return
    this.#told.set(key, text)
    this.#tell(event)
  }

  #tell(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
