/**
 * The last `period` values side by side and in order, for sums that must visit all of them at every bar. Each value is
 * written twice, one period apart, so that no window wraps round.
 */
export class MirroredWindow {
  /** The window lies from the index that {@link step} returns on. */
  readonly values: Float64Array
  readonly #period: number
  #bars = 0
  #at = -1

  constructor(period: number) {
    this.#period = period
    this.values = new Float64Array(2 * period)
  }

  /** Index of the oldest value of the window that ends at this bar; -1 while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      this.#at = this.#at + 1 === this.#period ? 0 : this.#at + 1
      if (this.#bars < this.#period) this.#bars++
    }
    this.values[this.#at] = value
    this.values[this.#at + this.#period] = value
    return this.#bars === this.#period ? this.#at + 1 : -1
  }
}
