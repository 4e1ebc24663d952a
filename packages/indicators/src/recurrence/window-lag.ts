/** The value of a fixed number of bars ago. */
export class WindowLag {
  readonly #ring: Float64Array
  #at = 0

  constructor(lag: number) {
    this.#ring = new Float64Array(lag + 1).fill(Number.NaN)
  }

  /** Value `lag` bars before this one; NaN while there is none. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) this.#at = this.#next()
    this.#ring[this.#at] = value
    return this.#ring[this.#next()] as number
  }

  #next(): number {
    return this.#at + 1 === this.#ring.length ? 0 : this.#at + 1
  }
}
