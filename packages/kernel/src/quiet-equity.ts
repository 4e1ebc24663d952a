import type { Ledger } from './ledger.ts'

/** Rows that are worked out in one call: a function that is called often is compiled once, a long loop in every run. */
const BLOCK = 4_096

/**
 * Equity of an account whose worth changes between bookings only by the prices of what it holds: spot in one currency,
 * with bars that all close together.
 *
 * What is held is noted when something has been booked, and the stretch of instants before it is worked out at once, one
 * column of prices after the other. Instant by instant, a hundred instruments cost five times as much.
 */
export class QuietEquity {
  readonly #ledger: Ledger
  readonly #closes: readonly Float64Array[]
  /** What was held from row `#from` on. */
  readonly #quantity: Float64Array
  #cash = 0
  #bookings = -1
  #from = 0

  /** @param closes - Close of every instrument at every instant of the run. */
  constructor(ledger: Ledger, closes: readonly Float64Array[]) {
    this.#ledger = ledger
    this.#closes = closes
    this.#quantity = new Float64Array(closes.length)
  }

  /** Notes an instant; its equity is in `column` after the next {@link writeTo} beyond it. */
  note(column: Float64Array, row: number): void {
    if (this.#ledger.bookings === this.#bookings) return
    this.writeTo(column, row)
    this.#bookings = this.#ledger.bookings
    this.#cash = this.#ledger.cash[0] as number
    this.#quantity.set(this.#ledger.accountQuantity)
  }

  /** Writes the equity of all rows before `end` that are not written yet. */
  writeTo(column: Float64Array, end: number): void {
    for (let from = this.#from; from < end; from += BLOCK) this.#write(column, from, Math.min(end, from + BLOCK))
    this.#from = end
  }

  #write(column: Float64Array, from: number, end: number): void {
    // In the order in which the ledger adds, so that it is the same to the last digit.
    column.fill(this.#cash, from, end)
    for (let i = 0; i < this.#quantity.length; i++) {
      const quantity = this.#quantity[i] as number
      if (quantity !== 0) addWorth(column, this.#closes[i] as Float64Array, quantity, from, end)
    }
  }
}

function addWorth(column: Float64Array, closes: Float64Array, quantity: number, from: number, end: number): void {
  for (let row = from; row < end; row++) column[row] = (column[row] as number) + quantity * (closes[row] as number)
}
