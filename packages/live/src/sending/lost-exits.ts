import type { OrderLink } from './order-link.ts'

/**
 * Exits that never arrived at the venue: each leaves a position bare, so it is sent again. A start that may not send yet keeps
 * them until it may.
 */
export class LostExits {
  readonly #waiting: OrderLink[] = []
  readonly #sendAgain: (link: OrderLink) => Promise<void>
  #maySend = false

  constructor(sendAgain: (link: OrderLink) => Promise<void>) {
    this.#sendAgain = sendAgain
  }

  async bringBack(link: OrderLink): Promise<void> {
    if (this.#maySend) await this.#sendAgain(link)
    else this.#waiting.push(link)
  }

  /** From here on they go out at once. @returns Those that waited for it: the caller sends them. */
  begin(): readonly OrderLink[] {
    this.#maySend = true
    return this.#waiting.splice(0)
  }
}
