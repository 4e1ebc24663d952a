import { type BookFault, type BookOutcome, FOREIGN, OLD, WAITING } from './book-outcome.ts'
import { type BookView, LevelBook } from './level-book.ts'
import type { OrderBookBuilder } from './order-book-builder.ts'
import type { LevelText } from './read-levels.ts'

/** A message of a book, read. */
export interface BookMessage {
  readonly isSnapshot: boolean
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  /** Number of this state of the book, where the venue counts them. */
  readonly id?: number | undefined
  /** Number of the state that it changes, where the venue tells. */
  readonly previousId?: number | undefined
  readonly checksum?: number | undefined
  readonly tsEventMs?: number | undefined
}

/** What a venue's protocol adds to the common rules. */
export interface StreamedBookRules {
  /** Undefined for a message that is not of this book, `malformed` for one that is and cannot be read. */
  read(message: unknown): BookMessage | 'malformed' | undefined
  /** Whether a change follows the state with this number: `old` where the book holds it already. */
  follows?(message: BookMessage, lastId: number | undefined): 'next' | 'old' | 'gap'
  /** Our checksum of the book. */
  checksum?(book: BookView): number
  /** Levels a side that the venue keeps us informed of; those behind are dropped. */
  readonly depth?: number | undefined
}

/** A book whose snapshot and changes come through one stream. */
export class StreamedBookBuilder implements OrderBookBuilder {
  readonly #rules: StreamedBookRules
  readonly #book = new LevelBook()
  #isReady = false
  #lastId: number | undefined
  #tsEventMs: number | undefined

  constructor(rules: StreamedBookRules) {
    this.#rules = rules
  }

  get book(): BookView {
    return this.#book
  }

  get isReady(): boolean {
    return this.#isReady
  }

  get tsEventMs(): number | undefined {
    return this.#tsEventMs
  }

  take(message: unknown): BookOutcome {
    const read = this.#rules.read(message)
    if (read === undefined) return FOREIGN
    if (read === 'malformed') return this.#break('malformed', 'a message of the book that cannot be read')
    if (!read.isSnapshot) {
      if (!this.#isReady) return WAITING
      const order = this.#rules.follows?.(read, this.#lastId) ?? 'next'
      if (order === 'old') return OLD
      if (order === 'gap')
        return this.#break('gap', `after ${this.#lastId} came ${read.previousId ?? '?'} to ${read.id}`)
    }
    return this.#apply(read)
  }

  reset(): void {
    this.#isReady = false
    this.#lastId = undefined
    this.#book.clear()
  }

  #apply({ isSnapshot, bids, asks, id, checksum, tsEventMs }: BookMessage): BookOutcome {
    if (isSnapshot) this.#book.replace(bids, asks)
    else this.#book.change(bids, asks)
    if (this.#rules.depth !== undefined) this.#book.cut(this.#rules.depth)
    if (this.#book.isCrossed) return this.#break('crossed', crossing(this.#book))
    const ours = checksum === undefined ? undefined : this.#rules.checksum?.(this.#book)
    if (ours !== undefined && ours !== checksum) return this.#break('checksum', `ours is ${ours}, theirs ${checksum}`)
    this.#isReady = true
    this.#lastId = id
    this.#tsEventMs = tsEventMs
    return { kind: 'applied', isSnapshot }
  }

  #break(fault: BookFault, detail: string): BookOutcome {
    this.reset()
    return { kind: 'broken', fault, detail }
  }
}

/** A crossed book in words. */
export function crossing({ bids, asks }: BookView): string {
  return `bid ${bids[0]?.priceText} is not below ask ${asks[0]?.priceText}`
}
