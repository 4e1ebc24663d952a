/**
 * Squared deviations and their product for two series over a sliding window: what correlation and regression are made
 * of. Blocks and shifts as in `window-squares.ts`, so the level of either series does not cost precision.
 */
import { warmupColumn } from '../series.ts'

/**
 * Makes a result of a window from the sum of squared deviations of each series, zero or more but for rounding, and the
 * sum of the products of the deviations.
 */
export type PairStatistic = (squaresX: number, squaresY: number, products: number) => number

function finish(
  statistic: PairStatistic,
  x: number,
  y: number,
  xx: number,
  yy: number,
  xy: number,
  period: number,
): number {
  const meanX = x / period
  const meanY = y / period
  return statistic(xx - x * meanX, yy - y * meanY, xy - x * meanY)
}

/**
 * @param x - Shape `[n]`, usable from `start` on.
 * @param y - Shape `[n]`, usable from `start` on.
 * @returns The statistic of each window. Shape `[n]`; the first `start + period - 1` entries are NaN.
 *
 * O(n) time whatever the period.
 */
export function windowPairs(
  x: Float64Array,
  y: Float64Array,
  start: number,
  period: number,
  statistic: PairStatistic,
): Float64Array {
  const length = x.length
  const out = warmupColumn(length, start + period - 1)
  if (start + period > length) return out
  const suffixes = new Float64Array(5 * period)

  for (let block = start; block < length; block += period) {
    const shiftX = x[block] as number
    const shiftY = y[block] as number
    const isFirstBlock = block === start
    if (!isFirstBlock) suffixSums(x, y, block - period, period, shiftX, shiftY, suffixes)
    let sumX = 0
    let sumY = 0
    let xx = 0
    let yy = 0
    let xy = 0
    const end = Math.min(block + period, length)
    for (let i = block; i < end; i++) {
      const dx = (x[i] as number) - shiftX
      const dy = (y[i] as number) - shiftY
      sumX += dx
      sumY += dy
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
      if (isFirstBlock && i < start + period - 1) continue
      const at = 5 * (i - block)
      out[i] = finish(
        statistic,
        (suffixes[at] as number) + sumX,
        (suffixes[at + 1] as number) + sumY,
        (suffixes[at + 2] as number) + xx,
        (suffixes[at + 3] as number) + yy,
        (suffixes[at + 4] as number) + xy,
        period,
      )
    }
  }
  return out
}

/**
 * {@link windowPairs} of a series with itself `lag` bars before.
 *
 * @returns Shape `[n]`; the first `start + lag + period - 1` entries are NaN.
 */
export function laggedPairs(
  values: Float64Array,
  start: number,
  lag: number,
  period: number,
  statistic: PairStatistic,
): Float64Array {
  const out = warmupColumn(values.length, start + lag)
  if (start + lag >= values.length) return out
  const before = values.subarray(start, values.length - lag)
  out.set(windowPairs(before, values.subarray(start + lag), 0, period, statistic), start + lag)
  return out
}

/** The five sums over what follows each offset of a block. The last offset is followed by nothing and keeps its 0. */
function suffixSums(
  x: Float64Array,
  y: Float64Array,
  block: number,
  period: number,
  shiftX: number,
  shiftY: number,
  suffixes: Float64Array,
): void {
  let sumX = 0
  let sumY = 0
  let xx = 0
  let yy = 0
  let xy = 0
  for (let offset = period - 2; offset >= 0; offset--) {
    const dx = (x[block + offset + 1] as number) - shiftX
    const dy = (y[block + offset + 1] as number) - shiftY
    sumX += dx
    sumY += dy
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
    const at = 5 * offset
    suffixes[at] = sumX
    suffixes[at + 1] = sumY
    suffixes[at + 2] = xx
    suffixes[at + 3] = yy
    suffixes[at + 4] = xy
  }
}

/** The stream of {@link windowPairs}. A replaced first bar of a block costs O(period), because it is the shift. */
export class WindowPairs {
  readonly #period: number
  readonly #statistic: PairStatistic
  /** The previous block and, from `period` on, the current one. */
  readonly #x: Float64Array
  readonly #y: Float64Array
  readonly #suffixes: Float64Array
  readonly #sums = new Float64Array(5)
  readonly #sumsBefore = new Float64Array(5)
  #isFirstBlock = true
  #filled = 0

  constructor(period: number, statistic: PairStatistic) {
    this.#period = period
    this.#statistic = statistic
    this.#x = new Float64Array(2 * period)
    this.#y = new Float64Array(2 * period)
    this.#suffixes = warmupColumn(5 * period, 5 * (period - 1))
  }

  /** Statistic of the window that ends at this bar; NaN while warming up. */
  step(x: number, y: number, isNewBar: boolean): number {
    const period = this.#period
    const now = this.#sums
    const before = this.#sumsBefore
    if (isNewBar) {
      if (this.#filled === period) this.#beginBlock()
      this.#filled++
      before.set(now)
    }
    const offset = this.#filled - 1
    this.#x[period + offset] = x
    this.#y[period + offset] = y
    const shiftX = this.#x[period] as number
    const shiftY = this.#y[period] as number
    if (offset === 0 && !this.#isFirstBlock) {
      suffixSums(this.#x, this.#y, 0, period, shiftX, shiftY, this.#suffixes)
    }
    const dx = x - shiftX
    const dy = y - shiftY
    now[0] = (before[0] as number) + dx
    now[1] = (before[1] as number) + dy
    now[2] = (before[2] as number) + dx * dx
    now[3] = (before[3] as number) + dy * dy
    now[4] = (before[4] as number) + dx * dy
    // Not left to the statistic, which may map NaN to a number.
    if (this.#isFirstBlock && this.#filled < period) return Number.NaN
    const at = 5 * offset
    return finish(
      this.#statistic,
      (this.#suffixes[at] as number) + now[0],
      (this.#suffixes[at + 1] as number) + now[1],
      (this.#suffixes[at + 2] as number) + now[2],
      (this.#suffixes[at + 3] as number) + now[3],
      (this.#suffixes[at + 4] as number) + now[4],
      period,
    )
  }

  #beginBlock(): void {
    this.#x.copyWithin(0, this.#period)
    this.#y.copyWithin(0, this.#period)
    this.#isFirstBlock = false
    this.#filled = 0
    this.#sums.fill(0)
  }
}
