/** Why a book cannot be trusted any more. */
export type BookFault =
  /** Changes are missing between the book and the message. */
  | 'gap'
  /** The venue's checksum of the best levels is not ours. */
  | 'checksum'
  /** The best bid reached the best ask. */
  | 'crossed'
  /** A message of this book that cannot be read. */
  | 'malformed'

/** What became of a message. */
export type BookOutcome =
  /** The book stands as the venue says. */
  | { readonly kind: 'applied'; readonly isSnapshot: boolean }
  /** A change that has to wait for a snapshot; the book is empty. */
  | { readonly kind: 'waiting' }
  /** Nothing new: the book holds it already. */
  | { readonly kind: 'old' }
  /** Of another book, or no message of a book. */
  | { readonly kind: 'foreign' }
  /** The book was emptied; only a new snapshot helps. */
  | { readonly kind: 'broken'; readonly fault: BookFault; readonly detail: string }

export const FOREIGN: BookOutcome = Object.freeze({ kind: 'foreign' })
export const WAITING: BookOutcome = Object.freeze({ kind: 'waiting' })
export const OLD: BookOutcome = Object.freeze({ kind: 'old' })
