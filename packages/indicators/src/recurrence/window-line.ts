/**
 * Moments of a sliding window around a straight line, without catastrophic cancellation.
 *
 * Blocks and shift as in `window-squares.ts`: values are taken relative to the first value of the current block, so a
 * constant window gives exactly 0 for all moments, at any price level.
 */

/** Where the moments of a window lie in an array of {@link LINE_FIELDS} numbers. */
export const LINE = { shift: 0, sum: 1, weighted: 2, squares: 3 } as const
const LINE_FIELDS = 4

/** The suffixes of a block: sums, weighted sums and squares of what follows each offset, relative to a shift. */
class Suffixes {
  readonly sum: Float64Array
  readonly weighted: Float64Array
  readonly squares: Float64Array

  constructor(period: number) {
    this.sum = new Float64Array(period)
    this.weighted = new Float64Array(period)
    this.squares = new Float64Array(period)
  }

  /** One value further back raises the place of each value after it by one. */
  fill(values: Float64Array, from: number, period: number, shift: number): void {
    let sum = 0
    let weighted = 0
    let squares = 0
    for (let k = period - 1; k > 0; k--) {
      const difference = (values[from + k] as number) - shift
      sum += difference
      weighted += sum
      squares += difference * difference
      this.sum[k - 1] = sum
      this.weighted[k - 1] = weighted
      this.squares[k - 1] = squares
    }
  }
}

/**
 * The moments of the window that ends at each bar: of the values less a shift, their sum, their sum weighted by place
 * (1 for the oldest to `period` for the newest) and the sum of their squares.
 *
 * `step` is amortised O(1); a replaced first bar of a block costs O(period), because it is the shift.
 */
export class WindowLine {
  /** Moments of the last window, by {@link LINE}. */
  readonly moments = new Float64Array(LINE_FIELDS)
  readonly #period: number
  readonly #suffixes: Suffixes
  #block: Float64Array
  #previousBlock: Float64Array
  #isFirstBlock = true
  #filled = 0
  #shift = 0
  #sum = 0
  #sumBefore = 0
  #weighted = 0
  #weightedBefore = 0
  #squares = 0
  #squaresBefore = 0

  constructor(period: number) {
    this.#period = period
    this.#suffixes = new Suffixes(period)
    this.#block = new Float64Array(period)
    this.#previousBlock = new Float64Array(period)
  }

  /** Whether there is a whole window; its moments are then in {@link moments}. */
  step(value: number, isNewBar: boolean): boolean {
    if (isNewBar) this.#beginBar()
    const offset = this.#filled - 1
    this.#block[offset] = value
    if (offset === 0) {
      this.#shift = value
      if (!this.#isFirstBlock) this.#suffixes.fill(this.#previousBlock, 0, this.#period, value)
    }
    const difference = value - this.#shift
    this.#sum = this.#sumBefore + difference
    this.#weighted = this.#weightedBefore + (offset + 1) * difference
    this.#squares = this.#squaresBefore + difference * difference
    const { moments } = this
    moments[LINE.shift] = this.#shift
    moments[LINE.sum] = (this.#suffixes.sum[offset] as number) + this.#sum
    moments[LINE.weighted] =
      (this.#suffixes.weighted[offset] as number) + (this.#weighted + (this.#period - 1 - offset) * this.#sum)
    moments[LINE.squares] = (this.#suffixes.squares[offset] as number) + this.#squares
    return !this.#isFirstBlock || this.#filled === this.#period
  }

  #beginBar(): void {
    if (this.#filled === this.#period) {
      const free = this.#previousBlock
      this.#previousBlock = this.#block
      this.#block = free
      this.#isFirstBlock = false
      this.#filled = 0
      this.#sum = 0
      this.#weighted = 0
      this.#squares = 0
    }
    this.#filled++
    this.#sumBefore = this.#sum
    this.#weightedBefore = this.#weighted
    this.#squaresBefore = this.#squares
  }
}
