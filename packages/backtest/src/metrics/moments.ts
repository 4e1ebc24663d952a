/**
 * A deviation at or below this is the rounding noise of returns that are equal: each is a ratio near 1 minus 1, exact
 * to about 2e-16. Ratios that divide by such a deviation are undefined.
 */
export const ZERO_DEVIATION = 1e-15

/** Arithmetic mean; undefined for no values. Shape `[n]`, O(n). */
export function mean(values: Float64Array): number | undefined {
  const n = values.length
  if (n === 0) return undefined
  let sum = 0
  for (let i = 0; i < n; i += 1) sum += values[i] as number
  const first = sum / n
  // A second pass adds what rounding lost in the first.
  let rest = 0
  for (let i = 0; i < n; i += 1) rest += (values[i] as number) - first
  return first + rest / n
}

/** Sample standard deviation, divisor n - 1, two passes; undefined below two values. */
export function sampleDeviation(values: Float64Array): number | undefined {
  const centre = mean(values)
  if (centre === undefined || values.length < 2) return undefined
  return Math.sqrt(centralMoment(values, centre, 2) * (values.length / (values.length - 1)))
}

/** Mean of `(x - centre)^power` with divisor n; `values` is not empty. */
export function centralMoment(values: Float64Array, centre: number, power: 2 | 3 | 4): number {
  let sum = 0
  for (let i = 0; i < values.length; i += 1) {
    const distance = (values[i] as number) - centre
    const square = distance * distance
    sum += power === 2 ? square : power === 3 ? square * distance : square * square
  }
  return sum / values.length
}

/** Skewness from population moments (divisor n, biased); undefined below three values or without deviation. */
export function skewness(values: Float64Array): number | undefined {
  const centre = mean(values)
  if (centre === undefined || values.length < 3) return undefined
  const deviation = Math.sqrt(centralMoment(values, centre, 2))
  return deviation <= ZERO_DEVIATION ? undefined : centralMoment(values, centre, 3) / deviation ** 3
}

/** Kurtosis from population moments, 3 for a normal distribution; undefined below four values or without deviation. */
export function kurtosis(values: Float64Array): number | undefined {
  const centre = mean(values)
  if (centre === undefined || values.length < 4) return undefined
  const variance = centralMoment(values, centre, 2)
  return Math.sqrt(variance) <= ZERO_DEVIATION ? undefined : centralMoment(values, centre, 4) / (variance * variance)
}

/** Sample covariance, divisor n - 1, of two columns of one shape `[n]`; undefined below two values. */
export function sampleCovariance(left: Float64Array, right: Float64Array): number | undefined {
  const leftMean = mean(left)
  const rightMean = mean(right)
  if (leftMean === undefined || rightMean === undefined || left.length < 2) return undefined
  let sum = 0
  for (let i = 0; i < left.length; i += 1) sum += ((left[i] as number) - leftMean) * ((right[i] as number) - rightMean)
  return sum / (left.length - 1)
}
