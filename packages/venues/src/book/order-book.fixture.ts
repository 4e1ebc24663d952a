import type { LevelText } from './read-levels.ts'
import type { BookView } from './level-book.ts'

/** A side of a book as text, best first. */
const textOf = (levels: BookView['bids']): LevelText[] =>
  levels.map(({ priceText, quantityText }) => [priceText, quantityText])

/** Both sides of a book as text. */
export const sidesOf = ({ bids, asks }: BookView) => ({ bids: textOf(bids), asks: textOf(asks) })
