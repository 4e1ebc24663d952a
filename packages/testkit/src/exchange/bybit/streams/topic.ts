/** Who listens to a topic. */
export interface TopicListener {
  send(message: object): void
}

/** One public topic. It works only while somebody listens. */
export interface Topic {
  add(listener: TopicListener): void
  remove(listener: TopicListener): void
}

/** Listeners of a topic, and what it does for the first and after the last of them. */
export class TopicListeners {
  readonly #listeners = new Set<TopicListener>()
  readonly #start: () => () => void
  #stop: (() => void) | undefined

  /** @param start - Begins to work; gives how to end. */
  constructor(start: () => () => void) {
    this.#start = start
  }

  add(listener: TopicListener): void {
    this.#listeners.add(listener)
    this.#stop ??= this.#start()
  }

  remove(listener: TopicListener): void {
    this.#listeners.delete(listener)
    if (this.#listeners.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }

  send(message: object): void {
    for (const listener of this.#listeners) listener.send(message)
  }
}
