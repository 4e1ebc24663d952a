import type { SessionEvent, StreamLost } from '@kestrel/contracts'

/** One event, ready to be sent. */
export interface StreamEntry {
  readonly sequence: number
  readonly sessionId: string
  /** The event as server-sent text, id and empty line included. */
  readonly frame: string
}

export interface EventRingOptions {
  /** Names this run of the process, so that an id of an earlier one is known as such. Letters and digits. */
  readonly boot: string
  readonly mostEvents: number
  /** Characters of all frames together. */
  readonly mostCharacters: number
  /** Takes secrets out of a frame. */
  redact(text: string): string
}

/** The latest events of this process with ids that count up, bounded in number and size. */
export class EventRing {
  readonly #options: EventRingOptions
  #entries: StreamEntry[] = []
  /** Entries before this index have been dropped and wait for the array to be cut. */
  #first = 0
  #characters = 0
  #sequence = 0

  constructor(options: EventRingOptions) {
    this.#options = options
  }

  append(event: SessionEvent): StreamEntry {
    this.#sequence += 1
    const json = this.#options.redact(JSON.stringify(event))
    const frame = `id: ${this.#options.boot}-${this.#sequence}\nevent: ${event.kind}\ndata: ${json}\n\n`
    const entry = { sequence: this.#sequence, sessionId: event.sessionId, frame }
    this.#entries.push(entry)
    this.#characters += frame.length
    while (
      this.#entries.length - this.#first > this.#options.mostEvents ||
      (this.#characters > this.#options.mostCharacters && this.#entries.length - this.#first > 1)
    ) {
      this.#characters -= this.#entries[this.#first]?.frame.length ?? 0
      this.#first += 1
    }
    // Cutting rarely keeps an append at O(1) on average.
    if (this.#first > this.#options.mostEvents) {
      this.#entries = this.#entries.slice(this.#first)
      this.#first = 0
    }
    return entry
  }

  /** Id of the newest event; a reader that has seen everything so far resumes from it. */
  get lastId(): string {
    return `${this.#options.boot}-${this.#sequence}`
  }

  /**
   * Events after an id that a reader saw last. Where they are not all there any more, none and why: the reader has to
   * read everything again and follows from {@link lastId}.
   */
  after(lastId: string): { readonly entries: readonly StreamEntry[]; readonly lost: StreamLost | undefined } {
    const match = /^([A-Za-z0-9]{1,40})-(\d{1,15})$/.exec(lastId)
    if (match === null) return { entries: [], lost: { reason: 'unknown-id', missed: null } }
    const [, boot = '', text = ''] = match
    if (boot !== this.#options.boot) return { entries: [], lost: { reason: 'restarted', missed: null } }
    const seen = Number(text)
    if (seen > this.#sequence) return { entries: [], lost: { reason: 'unknown-id', missed: null } }
    const held = this.#entries.length - this.#first
    const oldest = this.#sequence - held + 1
    if (seen < oldest - 1) return { entries: [], lost: { reason: 'too-old', missed: this.#sequence - seen } }
    return { entries: this.#entries.slice(this.#first + (seen - oldest + 1)), lost: undefined }
  }
}
