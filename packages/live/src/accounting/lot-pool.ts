import type { TimeMs } from '@kestrel/core'
import { type Amount, shareOf } from './amount.ts'

/** Which lots go first when something is sold: the oldest, the newest, or all of them alike. */
export type LotMethod = 'fifo' | 'lifo' | 'average'

/** Something bought (or sold short) at once and not yet closed. */
export interface Lot {
  readonly fillId: string
  readonly timeMs: TimeMs
  readonly quantity: Amount
  /** What it cost, or brought in where it is short, without the fee. */
  readonly cost: Amount
  readonly fee: Amount
}

type HeldLot = { -readonly [Key in keyof Lot]: Lot[Key] }

/**
 * Open lots of one holding. Nothing is lost: what is taken and what stays add up to what was added, to the last unit.
 *
 * With `average` all units cost the same; which were bought when is told oldest first, as holding periods are counted.
 * Adding and taking cost O(1) a lot.
 */
export class LotPool {
  readonly #method: LotMethod
  #lots: HeldLot[] = []
  /** Lots before this index are used up. */
  #first = 0
  #quantity = 0n
  #cost = 0n
  #fee = 0n

  constructor(method: LotMethod) {
    this.#method = method
  }

  get quantity(): Amount {
    return this.#quantity
  }

  add(lot: Lot): void {
    if (lot.quantity === 0n) return
    this.#lots.push({ ...lot })
    this.#quantity += lot.quantity
    this.#cost += lot.cost
    this.#fee += lot.fee
  }

  /** Takes up to a quantity out. @returns the parts of lots, fewer units where the pool holds fewer */
  take(quantity: Amount): readonly Lot[] {
    const taken: Lot[] = []
    let wanted = quantity
    while (wanted > 0n && this.#quantity > 0n) {
      const lot = this.#method === 'lifo' ? this.#lots.at(-1) : this.#lots[this.#first]
      if (lot === undefined) break
      const part = lot.quantity < wanted ? lot.quantity : wanted
      const isAverage = this.#method === 'average'
      const cost = isAverage ? shareOf(this.#cost, part, this.#quantity) : shareOf(lot.cost, part, lot.quantity)
      const fee = isAverage ? shareOf(this.#fee, part, this.#quantity) : shareOf(lot.fee, part, lot.quantity)
      taken.push({ fillId: lot.fillId, timeMs: lot.timeMs, quantity: part, cost, fee })
      lot.quantity -= part
      lot.cost -= cost
      lot.fee -= fee
      this.#quantity -= part
      this.#cost -= cost
      this.#fee -= fee
      wanted -= part
      if (lot.quantity === 0n) this.#dropUsed()
    }
    return taken
  }

  /** What is still open, oldest first. With `average` each has its share of the cost of all. */
  open(): readonly Lot[] {
    const lots = this.#lots.slice(this.#first)
    if (this.#method !== 'average') return lots.map((lot) => ({ ...lot }))
    let [quantity, cost, fee] = [this.#quantity, this.#cost, this.#fee]
    return lots.map((lot) => {
      const share = { cost: shareOf(cost, lot.quantity, quantity), fee: shareOf(fee, lot.quantity, quantity) }
      quantity -= lot.quantity
      cost -= share.cost
      fee -= share.fee
      return { ...lot, ...share }
    })
  }

  #dropUsed(): void {
    if (this.#method === 'lifo') {
      this.#lots.pop()
      return
    }
    this.#first += 1
    // Cutting rarely keeps it at O(1) a lot.
    if (this.#first < 1_024 || this.#first < this.#lots.length / 2) return
    this.#lots = this.#lots.slice(this.#first)
    this.#first = 0
  }
}
