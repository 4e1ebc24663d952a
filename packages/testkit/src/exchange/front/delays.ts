/** Timers of one server, so that closing it leaves none behind. */
export class Delays {
  readonly #timers = new Set<NodeJS.Timeout>()

  /** Calls back after a time; at once for 0 or less. */
  after(delayMs: number, call: () => void): void {
    if (delayMs <= 0) {
      call()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      call()
    }, delayMs)
    this.#timers.add(timer)
  }

  /** Forgets what is still to come. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
