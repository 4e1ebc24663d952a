/** Exponentially weighted mean as an expectation of the next value: factor 2 / (span + 1), begun at the first value. */
export class Expectation {
  readonly #factor: number
  /** NaN before the first value. */
  value = Number.NaN

  constructor(span: number) {
    this.#factor = 2 / (span + 1)
  }

  add(value: number): void {
    this.value = Number.isNaN(this.value) ? value : this.value + this.#factor * (value - this.value)
  }
}
