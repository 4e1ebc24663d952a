/**
 * Newest price of every instrument.
 *
 * Most instants read none of them: where the prices of all instruments come from columns with equal rows, an instant
 * only says which row it is, and the prices are taken over when somebody asks.
 */
export class Marks {
  /** Newest row of the columns that prices are taken from; -1 where they are set one by one. */
  row = -1
  readonly #prices: Float64Array
  #columns: readonly Float64Array[] = []
  #takenRow = -1

  constructor(count: number) {
    this.#prices = new Float64Array(count).fill(Number.NaN)
  }

  /** By instrument, quote units; NaN before the first bar. One array for the whole run. */
  get prices(): Float64Array {
    if (this.#takenRow !== this.row) this.#take()
    return this.#prices
  }

  /** Takes prices from these columns from now on, one for each instrument: those of {@link row}. */
  follow(columns: readonly Float64Array[]): void {
    this.#columns = columns
  }

  #take(): void {
    const columns = this.#columns
    const row = this.row
    for (let i = 0; i < columns.length; i++) this.#prices[i] = (columns[i] as Float64Array)[row] as number
    this.#takenRow = row
  }
}
