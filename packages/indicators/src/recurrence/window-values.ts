/**
 * The last `period` values side by side, for statistics that have to look at the whole window at each bar.
 *
 * A window function reads `values[from .. from + period - 1]`, oldest first. Batch gives it the column itself, a stream
 * this buffer, so both compute the same numbers in the same order.
 */
export class WindowValues {
  /** Holds the window from {@link from} on. Two windows long, so that moving it back is needed once a period. */
  readonly values: Float64Array
  readonly #period: number
  #end = 0

  constructor(period: number) {
    this.#period = period
    this.values = new Float64Array(2 * period)
  }

  /** Position of the oldest value of the window. Negative while the window is not full. */
  get from(): number {
    return this.#end - this.#period
  }

  /** Take the value of this bar in. @returns whether the window is full. Amortised O(1). */
  step(value: number, isNewBar: boolean): boolean {
    if (isNewBar) {
      if (this.#end === this.values.length) {
        this.values.copyWithin(0, this.#end - this.#period + 1)
        this.#end = this.#period - 1
      }
      this.#end++
    }
    this.values[this.#end - 1] = value
    return this.#end >= this.#period
  }
}
