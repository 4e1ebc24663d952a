import type { SessionEvent } from '@kestrel/contracts'
import { UsageError } from '@kestrel/core'
import type { SessionDirectory, SessionHandle } from '../../src/api/session-directory.ts'

/** The sessions of this process. Each adds itself when it starts and publishes what happens to it. */
export class SessionRegistry implements SessionDirectory {
  readonly #handles = new Map<string, SessionHandle>()
  readonly #listeners = new Set<(event: SessionEvent) => void>()

  /**
   * @returns a function that takes the session away
   * @throws UsageError `SESSION_EXISTS` where one of the same id is there
   */
  add(handle: SessionHandle): () => void {
    if (this.#handles.has(handle.id)) {
      throw new UsageError({
        code: 'SESSION_EXISTS',
        message: `A session named ${handle.id} is already there. Nothing was started.`,
        hint: 'Give the new one another name, or stop the other first.',
        meta: { session: handle.id },
      })
    }
    this.#handles.set(handle.id, handle)
    return () => void this.#handles.delete(handle.id)
  }

  /** Hands an event to everybody who listens, in this call. */
  publish(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  async list(): Promise<readonly SessionHandle[]> {
    return [...this.#handles.values()]
  }

  async find(id: string): Promise<SessionHandle | undefined> {
    return this.#handles.get(id)
  }

  subscribe(onEvent: (event: SessionEvent) => void): () => void {
    this.#listeners.add(onEvent)
    return () => void this.#listeners.delete(onEvent)
  }
}
