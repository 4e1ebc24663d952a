/** Slow, obvious forms that the kernels are compared with: each window is computed afresh. */

/** Apply `f` to each full window; NaN before the first. */
export function perWindow(values: Float64Array, period: number, f: (window: Float64Array) => number): Float64Array {
  return values.map((_, i) => (i < period - 1 ? Number.NaN : f(values.subarray(i - period + 1, i + 1))))
}

/** Sum with Neumaier's compensation: correct to the last digit or two whatever the order of magnitude. */
export function preciseSum(values: Iterable<number>): number {
  let sum = 0
  let lost = 0
  for (const value of values) {
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

export const preciseMean = (window: Float64Array): number => preciseSum(window) / window.length

/**
 * Standard deviation in two passes around the precise mean. The second term takes out the rounding of the mean, which
 * at a price of 1e9 is no longer small beside moves of 1e-3.
 */
export function preciseDeviation(window: Float64Array, ddof = 0): number {
  const mean = preciseMean(window)
  const deviations = window.map((value) => value - mean)
  const squares = preciseSum(deviations.map((value) => value ** 2)) - preciseSum(deviations) ** 2 / window.length
  return Math.sqrt(squares / (window.length - ddof))
}

/** Largest |a - b| / max(|b|, floor) over entries that are numbers in either; infinite where only one is. */
export function largestRelativeError(a: Float64Array, b: Float64Array, floor = 0): number {
  let largest = 0
  for (let i = 0; i < b.length; i++) {
    const want = b[i] as number
    const got = a[i] as number
    if (Number.isNaN(want) && Number.isNaN(got)) continue
    if (Number.isNaN(want) || Number.isNaN(got)) return Infinity
    const difference = Math.abs(got - want)
    if (difference > 0) largest = Math.max(largest, difference / Math.max(Math.abs(want), floor))
  }
  return largest
}
