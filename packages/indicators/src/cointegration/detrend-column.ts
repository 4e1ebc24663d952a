/** Take the mean, and the least-squares line where `isLine` is set, out of a column in place. O(n). */
export function detrendColumn(values: Float64Array, isLine: boolean): void {
  const length = values.length
  const middle = (length - 1) / 2
  // Relative to the first value, so that a price level does not cost digits of the mean.
  const shift = values[0] as number
  let sum = 0
  for (let i = 0; i < length; i++) {
    values[i] = (values[i] as number) - shift
    sum += values[i] as number
  }
  const mean = sum / length
  let products = 0
  for (let i = 0; i < length; i++) {
    values[i] = (values[i] as number) - mean
    products += (i - middle) * (values[i] as number)
  }
  if (!isLine) return
  const slope = products / ((length * (length * length - 1)) / 12)
  for (let i = 0; i < length; i++) values[i] = (values[i] as number) - slope * (i - middle)
}
