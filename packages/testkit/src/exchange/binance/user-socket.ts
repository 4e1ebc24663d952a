import type { StreamSession } from '../front/dialect.ts'
import type { AccountDesk } from './account-desk.ts'

/**
 * A futures user-data stream: opened with a listen key, it sends what happens on the account. When the key has run out it says
 * so and falls silent, as the venue does.
 */
export class UserSocket implements StreamSession {
  readonly #send: (text: string) => void
  readonly #stop: () => void

  constructor(desk: AccountDesk, listenKey: string, accountId: string, send: (text: string) => void) {
    this.#send = send
    const { clock } = desk.context.core
    let isExpired = false
    this.#stop = desk.streams.listen(accountId, (message) => {
      if (isExpired) return
      const nowMs = clock.nowMs()
      if (desk.listenKeys.accountOf(listenKey, nowMs) === undefined) {
        isExpired = true
        send(JSON.stringify({ e: 'listenKeyExpired', E: nowMs, listenKey }))
      } else send(JSON.stringify(message))
    })
  }

  message(text: string): void {
    // Nothing is to be subscribed here; a request is answered so that the client does not wait.
    const request = jsonOf(text)
    this.#send(JSON.stringify({ result: null, id: request?.['id'] ?? null }))
  }

  close(): void {
    this.#stop()
  }
}

/** The object that a text holds; undefined for anything else. */
export function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
