import { normalCdf, UsageError } from '@kestrel/core'

/** Says what share of a bar's volume was bought, from its change of price alone. */
export class BulkClassifier {
  /** The last changes of price. */
  readonly #changes: Float64Array
  #count = 0
  #close = Number.NaN

  /** @throws UsageError `DATA_VPIN` for a number of bars that cannot be. */
  constructor(deviationBars: number) {
    if (!Number.isSafeInteger(deviationBars) || deviationBars < 2) {
      throw new UsageError({
        code: 'DATA_VPIN',
        message: `deviationBars is ${deviationBars}, expected a whole number of at least 2.`,
        meta: { deviationBars },
      })
    }
    this.#changes = new Float64Array(deviationBars)
  }

  /** Share of the next bar, 0..1; a half where prices have not moved or there are not two changes yet. */
  buyShare(close: number): number {
    const change = close - this.#close
    this.#close = close
    if (Number.isNaN(change)) return 0.5
    this.#changes[this.#count++ % this.#changes.length] = change
    const deviation = this.#deviation()
    return deviation > 0 ? normalCdf(change / deviation) : 0.5
  }

  /** Sample deviation of the changes in the window. */
  #deviation(): number {
    const n = Math.min(this.#count, this.#changes.length)
    if (n < 2) return 0
    let mean = 0
    for (let k = 0; k < n; k++) mean += this.#changes[k] as number
    mean /= n
    let squares = 0
    for (let k = 0; k < n; k++) squares += ((this.#changes[k] as number) - mean) ** 2
    return Math.sqrt(squares / (n - 1))
  }
}
