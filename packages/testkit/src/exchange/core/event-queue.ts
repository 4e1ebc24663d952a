import type { ExchangeEvent, ExchangeListener } from './exchange-event.ts'

/**
 * Holds events until an instruction is over and then hands them out in order, so that a listener may instruct the exchange
 * again without ever seeing half a match. What that causes comes after what is already waiting.
 */
export class EventQueue {
  readonly #listeners = new Set<ExchangeListener>()
  #waiting: ExchangeEvent[] = []
  #draining = false

  readonly push = (event: ExchangeEvent): void => {
    if (this.#listeners.size > 0) this.#waiting.push(event)
  }

  on(listener: ExchangeListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Hands out what waits; inside a listener it does nothing, the outer call goes on. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      while (this.#waiting.length > 0) {
        const events = this.#waiting
        this.#waiting = []
        for (const event of events) for (const listener of this.#listeners) listener(event)
      }
    } finally {
      this.#draining = false
    }
  }
}
