/**
 * Quantile by linear interpolation between order statistics, the default of numpy and pandas.
 *
 * @param sorted - Ascending, shape `[n]`.
 * @param probability - 0 to 1.
 * @returns undefined for no values.
 *
 * Source: Hyndman and Fan, Sample Quantiles in Statistical Packages (1996), definition 7.
 */
export function quantile(sorted: Float64Array, probability: number): number | undefined {
  const n = sorted.length
  if (n === 0) return undefined
  const position = (n - 1) * probability
  const index = Math.floor(position)
  const low = sorted[index] as number
  const high = sorted[Math.min(index + 1, n - 1)] as number
  return low + (high - low) * (position - index)
}
