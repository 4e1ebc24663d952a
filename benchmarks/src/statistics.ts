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
