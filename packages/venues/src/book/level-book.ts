import { type BookLevel, BookSide } from './book-side.ts'
import type { LevelText } from './read-levels.ts'

/** Both sides of a book. */
export interface BookView {
  /** Best first. */
  readonly bids: readonly BookLevel[]
  readonly asks: readonly BookLevel[]
}

/** A book by price. It knows nothing of sequences; see the builders. */
export class LevelBook implements BookView {
  readonly #bids = new BookSide('bids')
  readonly #asks = new BookSide('asks')

  get bids(): readonly BookLevel[] {
    return this.#bids.levels
  }

  get asks(): readonly BookLevel[] {
    return this.#asks.levels
  }

  /** True where the best bid is not below the best ask. */
  get isCrossed(): boolean {
    const [bid, ask] = [this.#bids.best, this.#asks.best]
    return bid !== undefined && ask !== undefined && bid.price >= ask.price
  }

  /** Sets levels to their new quantities; 0 takes a level out. */
  change(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    for (const level of bids) this.#bids.set(levelOf(level))
    for (const level of asks) this.#asks.set(levelOf(level))
  }

  /** Puts a snapshot in place of everything. */
  replace(bids: readonly LevelText[], asks: readonly LevelText[]): void {
    this.clear()
    this.change(bids, asks)
  }

  /** Drops what lies behind the best levels of both sides. */
  cut(depth: number): void {
    this.#bids.cut(depth)
    this.#asks.cut(depth)
  }

  clear(): void {
    this.#bids.clear()
    this.#asks.clear()
  }
}

function levelOf([priceText, quantityText]: LevelText): BookLevel {
  return { price: Number(priceText), quantity: Number(quantityText), priceText, quantityText }
}
