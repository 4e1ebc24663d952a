import type { BookOutcome } from './book-outcome.ts'
import type { BookView } from './level-book.ts'

/**
 * Rebuilds the book of one market from a venue's messages. Pure: no clock, no network.
 *
 * A snapshot replaces the book, it never merges. A gap, a wrong checksum, a crossed book and a message that cannot be read are
 * told, and leave the book empty until the next snapshot, so that nobody goes on with levels that may be wrong.
 */
export interface OrderBookBuilder {
  readonly book: BookView
  /** True from a snapshot on until it breaks. */
  readonly isReady: boolean
  /** Venue time of the last message applied; undefined where it says none. */
  readonly tsEventMs: number | undefined
  /** Takes a message of the venue, whatever it is about, its JSON read. Never throws. */
  take(message: unknown): BookOutcome
  /** Takes the answer to a request for a snapshot. Absent where snapshots come through the stream. */
  takeSnapshot?(answer: unknown): BookOutcome
  /** Forgets everything, for a connection that broke. */
  reset(): void
}
