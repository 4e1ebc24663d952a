import type { Side } from '../../core/order-types.ts'

export interface BookLevel {
  readonly priceTicks: number
  readonly qtyLots: number
}

/**
 * Total quantity by price, as the public sees the book: bids under `buy`, asks under `sell`. It is built from the exchange's
 * numbered changes alone, so a snapshot of it and the changes after its number always join.
 */
export class LevelBook {
  readonly #lots: Readonly<Record<Side, Map<number, number>>> = { buy: new Map(), sell: new Map() }
  /** Prices, worst first, so that the touch is at the end where an array is cheap to change. */
  readonly #prices: Readonly<Record<Side, number[]>> = { buy: [], sell: [] }
  #updateId: number

  constructor(updateId = 0) {
    this.#updateId = updateId
  }

  /** Number of the last change. */
  get updateId(): number {
    return this.#updateId
  }

  /**
   * Sets a level's total, 0 to remove it. True where the touch of its side changed, in price or in quantity. O(log n) and a
   * copy as long as the distance from the touch.
   */
  apply(updateId: number, side: Side, priceTicks: number, qtyLots: number): boolean {
    const lots = this.#lots[side]
    const prices = this.#prices[side]
    const bestBefore = prices.at(-1)
    const before = lots.get(priceTicks) ?? 0
    if (qtyLots === 0) {
      if (lots.delete(priceTicks)) prices.splice(this.#indexOf(side, priceTicks), 1)
    } else {
      lots.set(priceTicks, qtyLots)
      if (before === 0) prices.splice(this.#indexOf(side, priceTicks), 0, priceTicks)
    }
    this.#updateId = updateId
    return before !== qtyLots && (bestBefore === priceTicks || prices.at(-1) !== bestBefore)
  }

  lotsAt(side: Side, priceTicks: number): number {
    return this.#lots[side].get(priceTicks) ?? 0
  }

  best(side: Side): BookLevel | undefined {
    const priceTicks = this.#prices[side].at(-1)
    return priceTicks === undefined ? undefined : { priceTicks, qtyLots: this.lotsAt(side, priceTicks) }
  }

  /** Best levels, best first. */
  top(side: Side, count: number): BookLevel[] {
    const prices = this.#prices[side]
    const levels: BookLevel[] = []
    for (let at = prices.length - 1; at >= 0 && levels.length < count; at--) {
      const priceTicks = prices[at] as number
      levels.push({ priceTicks, qtyLots: this.lotsAt(side, priceTicks) })
    }
    return levels
  }

  #indexOf(side: Side, priceTicks: number): number {
    const prices = this.#prices[side]
    const isBid = side === 'buy'
    let low = 0
    let high = prices.length
    while (low < high) {
      const middle = (low + high) >> 1
      const price = prices[middle] as number
      if (isBid ? price < priceTicks : price > priceTicks) low = middle + 1
      else high = middle
    }
    return low
  }
}
