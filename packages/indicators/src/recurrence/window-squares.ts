/**
 * Sums of squared deviations from the mean of a sliding window, without catastrophic cancellation.
 *
 * Windows are cut into blocks as in `window-sums.ts`. Values are taken relative to the first value of the current
 * block. Every window of that block contains it, so the shift is never far outside the data: the relative error is at
 * most about `period`^2 roundings at any price level, and a constant window gives exactly 0.
 *
 * Source: the shifted-data form of the variance, Chan, Golub and LeVeque, "Algorithms for computing the sample
 * variance", The American Statistician 37 (1983).
 */
import { warmupColumn } from '../series.ts'

/**
 * Sum over the window of (x - mean)^2.
 *
 * @param values - Shape `[n]`, usable from `start` on.
 * @param memory - For the result.
 * @param deviations - Where given, receives the last value of each window less the window's mean.
 * @returns Shape `[n]`, zero or more. The first `start + period - 1` entries are NaN.
 */
export function windowSquares(
  values: Float64Array,
  start: number,
  period: number,
  memory?: Float64Array,
  deviations?: Float64Array,
): Float64Array {
  const length = values.length
  const out = warmupColumn(length, start, memory)
  const suffixSum = warmupColumn(Math.min(period, length), period - 1)
  // As in the stream, NaN in the first block makes the warm-up.
  const suffixSquares = warmupColumn(suffixSum.length, period - 1)
  const share = 1 / period

  for (let block = start; block < length; block += period) {
    const size = Math.min(period, length - block)
    const shift = values[block] as number
    if (block > start) {
      let sum = 0
      let squares = 0
      for (let k = period - 1; k > 0; k--) {
        const difference = (values[block - period + k] as number) - shift
        sum += difference
        squares += difference * difference
        suffixSum[k - 1] = sum
        suffixSquares[k - 1] = squares
      }
    }
    let sum = 0
    let squares = 0
    for (let k = 0; k < size; k++) {
      const difference = (values[block + k] as number) - shift
      sum += difference
      squares += difference * difference
      const total = (suffixSum[k] as number) + sum
      const centred = (suffixSquares[k] as number) + squares - total * (total * share)
      out[block + k] = centred < 0 ? 0 : centred
    }
    // A loop of its own: inside the other one the question alone would cost a third of the time.
    if (deviations === undefined) continue
    sum = 0
    for (let k = 0; k < size; k++) {
      const difference = (values[block + k] as number) - shift
      sum += difference
      const deviation = difference - ((suffixSum[k] as number) + sum) * share
      if (!Number.isNaN(deviation)) deviations[block + k] = deviation
    }
  }
  return out
}

/** The stream of {@link windowSquares}. A replaced first bar of a block costs O(period), because it is the shift. */
export class WindowSquares {
  /** Last value less the window's mean, after {@link step}; NaN while warming up. */
  deviation = Number.NaN
  readonly #period: number
  /** 1 / period: a division a bar takes longer than all the rest. */
  readonly #share: number
  #block: Float64Array
  #previousBlock: Float64Array
  readonly #suffixSum: Float64Array
  readonly #suffixSquares: Float64Array
  #isFirstBlock = true
  #filled = 0
  #shift = 0
  #sum = 0
  #sumBefore = 0
  #squares = 0
  #squaresBefore = 0

  constructor(period: number) {
    this.#period = period
    this.#share = 1 / period
    this.#block = new Float64Array(period)
    this.#previousBlock = new Float64Array(period)
    this.#suffixSum = warmupColumn(period, period - 1)
    this.#suffixSquares = warmupColumn(period, period - 1)
  }

  /** Sum of squared deviations of the window that ends at this bar; NaN while warming up. */
  step(value: number, isNewBar: boolean): number {
    if (isNewBar) {
      if (this.#filled === this.#period) this.#beginBlock()
      this.#filled++
      this.#sumBefore = this.#sum
      this.#squaresBefore = this.#squares
    }
    const offset = this.#filled - 1
    this.#block[offset] = value
    if (offset === 0) this.#shiftTo(value)
    const difference = value - this.#shift
    this.#sum = this.#sumBefore + difference
    this.#squares = this.#squaresBefore + difference * difference
    const total = (this.#suffixSum[offset] as number) + this.#sum
    const mean = total * this.#share
    const centred = (this.#suffixSquares[offset] as number) + this.#squares - total * mean
    this.deviation = difference - mean
    return centred < 0 ? 0 : centred
  }

  #beginBlock(): void {
    const free = this.#previousBlock
    this.#previousBlock = this.#block
    this.#block = free
    this.#isFirstBlock = false
    this.#filled = 0
    this.#sum = 0
    this.#squares = 0
  }

  #shiftTo(value: number): void {
    this.#shift = value
    if (this.#isFirstBlock) return
    let sum = 0
    let squares = 0
    for (let k = this.#period - 1; k > 0; k--) {
      const difference = (this.#previousBlock[k] as number) - value
      sum += difference
      squares += difference * difference
      this.#suffixSum[k - 1] = sum
      this.#suffixSquares[k - 1] = squares
    }
  }
}
