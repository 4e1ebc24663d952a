import { selectIndex } from './select.ts'

/**
 * The highest high and the lowest low of a sliding window and how old they are, bar by bar; the latest of equal ones.
 *
 * Blocks as in `window-extremes.ts`, but it is positions that are kept: an index can be selected without a branch, and
 * whether a bar makes a new extreme cannot be predicted. Amortised O(1) a bar, O(period) at the first bar of a block.
 */
export class WindowRange {
  /** Bars since the highest high, after {@link step}. */
  highAge = 0
  /** Bars since the lowest low. */
  lowAge = 0
  /** The highest high and the lowest low. In an array, because returned numbers would be boxed. */
  readonly extremes = new Float64Array(2)
  readonly #period: number
  /** The previous block, then this one. */
  readonly #highs: Float64Array
  readonly #lows: Float64Array
  /** Where the extremes lie of what follows each offset of the previous block; in this one for the last offset. */
  readonly #suffixHigh: Int32Array
  readonly #suffixLow: Int32Array
  #isFirstBlock = true
  #filled = 0
  /** Where the extremes of this block lie. */
  #highAt = 0
  #highBefore = 0
  #lowAt = 0
  #lowBefore = 0

  constructor(period: number) {
    this.#period = period
    this.#highs = new Float64Array(2 * period)
    this.#lows = new Float64Array(2 * period)
    this.#suffixHigh = new Int32Array(period)
    this.#suffixLow = new Int32Array(period)
    this.#suffixHigh[period - 1] = period
    this.#suffixLow[period - 1] = period
    this.#highAt = period
    this.#lowAt = period
  }

  /** Take in a high and a low, the first two of `inputs`. @returns whether the window is full. */
  step(inputs: Float64Array, isNewBar: boolean): boolean {
    const highs = this.#highs
    const lows = this.#lows
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#highBefore = this.#highAt
      this.#lowBefore = this.#lowAt
    }
    const offset = this.#filled - 1
    const at = this.#period + offset
    const high = inputs[0] as number
    const low = inputs[1] as number
    highs[at] = high
    lows[at] = low
    const highAt = selectIndex(this.#highBefore, at, high >= (highs[this.#highBefore] as number))
    const lowAt = selectIndex(this.#lowBefore, at, low <= (lows[this.#lowBefore] as number))
    this.#highAt = highAt
    this.#lowAt = lowAt
    if (this.#isFirstBlock && this.#filled < this.#period) return false
    const highOld = this.#suffixHigh[offset] as number
    const lowOld = this.#suffixLow[offset] as number
    const top = selectIndex(highAt, highOld, (highs[highOld] as number) > (highs[highAt] as number))
    const bottom = selectIndex(lowAt, lowOld, (lows[lowOld] as number) < (lows[lowAt] as number))
    this.extremes[0] = highs[top] as number
    this.extremes[1] = lows[bottom] as number
    this.highAge = at - top
    this.lowAge = at - bottom
    return true
  }

  #beginBlock(): void {
    const period = this.#period
    const highs = this.#highs
    const lows = this.#lows
    // By hand: a call costs more than a short copy.
    for (let k = 0; k < period; k++) {
      highs[k] = highs[period + k] as number
      lows[k] = lows[period + k] as number
    }
    let high = period - 1
    let low = period - 1
    for (let k = period - 1; k > 0; k--) {
      high = selectIndex(high, k, (highs[k] as number) > (highs[high] as number))
      low = selectIndex(low, k, (lows[k] as number) < (lows[low] as number))
      this.#suffixHigh[k - 1] = high
      this.#suffixLow[k - 1] = low
    }
    this.#isFirstBlock = false
    this.#filled = 0
    this.#highAt = period
    this.#lowAt = period
  }
}
