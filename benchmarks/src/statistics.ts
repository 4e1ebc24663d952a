/** Middle and extremes of a list of timings. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/**
 * Median, least and greatest of some numbers. The median of an even count is the mean of the two in the middle.
 *
 * @param values - At least one.
 */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('The spread of no values is undefined.')
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] as number
  const middle = sorted.length >> 1
  return {
    median: sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/**
 * The least of the numbers that at least a share of all does not exceed (nearest rank).
 *
 * @param values - At least one.
 * @param share - Above 0, at most 1.
 */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.ceil(share * sorted.length) - 1]
  if (value === undefined) throw new Error(`There is no quantile ${share} of ${values.length} values.`)
  return value
}
