/** A price level. The texts are the venue's own, which checksums are made of. */
export interface BookLevel {
  readonly price: number
  /** Above 0. */
  readonly quantity: number
  readonly priceText: string
  readonly quantityText: string
}

/** One side of a book, best level first. Setting a level is O(log n) and a move of what lies behind it. */
export class BookSide {
  readonly #levels: BookLevel[] = []
  /** 1 where lower prices are better. */
  readonly #sign: 1 | -1

  constructor(side: 'bids' | 'asks') {
    this.#sign = side === 'asks' ? 1 : -1
  }

  get levels(): readonly BookLevel[] {
    return this.#levels
  }

  get best(): BookLevel | undefined {
    return this.#levels[0]
  }

  /** Puts a level in its place; a quantity of 0 takes it out. */
  set(level: BookLevel): void {
    const at = this.#placeOf(level.price)
    const isThere = this.#levels[at]?.price === level.price
    if (level.quantity > 0) this.#levels.splice(at, isThere ? 1 : 0, level)
    else if (isThere) this.#levels.splice(at, 1)
  }

  /** Drops what lies behind the best levels. */
  cut(depth: number): void {
    if (this.#levels.length > depth) this.#levels.length = depth
  }

  clear(): void {
    this.#levels.length = 0
  }

  /** Index of the first level that is not better than a price. */
  #placeOf(price: number): number {
    let [low, high] = [0, this.#levels.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (((this.#levels[middle] as BookLevel).price - price) * this.#sign < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
