import type { TimeMs } from '@kestrel/core'
import type { Message } from './message.ts'

const MOST_REMEMBERED = 1_000

/** Holds back what was just said: the same message passes again only after a while, with the number held back. */
export class RepeatFilter {
  readonly #repeatMs: number
  readonly #sent = new Map<string, { sentMs: TimeMs; held: number }>()

  /** @param repeatMs - 0 lets everything pass */
  constructor(repeatMs: number) {
    this.#repeatMs = repeatMs
  }

  /** The message as it is to be sent, undefined where it is held back. */
  pass(message: Message, nowMs: TimeMs): Message | undefined {
    const key = [message.severity, message.code, message.sessionId ?? '', message.text].join('\n')
    const last = this.#sent.get(key)
    if (last !== undefined && nowMs - last.sentMs < this.#repeatMs) {
      last.held += 1
      return undefined
    }
    // Put at the end, so that the front of the map is what was sent longest ago.
    this.#sent.delete(key)
    this.#sent.set(key, { sentMs: nowMs, held: 0 })
    for (const [oldest] of this.#sent) {
      if (this.#sent.size <= MOST_REMEMBERED) break
      this.#sent.delete(oldest)
    }
    const held = last?.held ?? 0
    return held === 0 ? message : { ...message, text: `${message.text} (and ${held} times before this)` }
  }
}
