/**
 * Exponentially weighted volatility of log returns about zero, annualised.
 *
 * `variance = lambda * variance + (1 - lambda) * return^2` with `lambda = 1 - 2 / (span + 1)`, begun with the mean square
 * of the first `span` returns; NaN until these are known. A price that is not a positive number is left out. One
 * addition per bar, no history kept.
 *
 * Source: J.P. Morgan/Reuters, RiskMetrics Technical Document (1996), section 5.2; lambda 0.94 there is a span of 32.
 */
export class EwmaVolatility {
  readonly #lambda: number
  readonly #span: number
  readonly #barsPerYear: number
  #price = Number.NaN
  #variance = 0
  #returns = 0

  /**
   * @param span - Bars, integer >= 2.
   * @param barsPerYear - Bars in a year, for the annual figure.
   */
  constructor(span: number, barsPerYear: number) {
    this.#span = span
    this.#lambda = 1 - 2 / (span + 1)
    this.#barsPerYear = barsPerYear
  }

  /** Takes the next price and returns {@link value}. */
  update(price: number): number {
    if (!(price > 0 && Number.isFinite(price))) return this.value
    const change = Math.log(price / this.#price)
    this.#price = price
    if (Number.isNaN(change)) return this.value
    this.#returns++
    const square = change * change
    if (this.#returns > this.#span) this.#variance = this.#lambda * this.#variance + (1 - this.#lambda) * square
    else this.#variance += square / this.#span
    return this.value
  }

  /** A fraction per square root of a year (0.5 is 50 %); NaN while warming up. */
  get value(): number {
    return this.#returns < this.#span ? Number.NaN : Math.sqrt(this.#variance * this.#barsPerYear)
  }
}
