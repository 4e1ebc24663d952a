/**
 * Shannon entropy of a histogram, as a fraction of the largest that so many bins can have.
 *
 * @param counts - Count of each bin. Shape `[bins]`, bins >= 2.
 * @param total - Their sum, 1 or more.
 * @returns Range 0..1; 0 exactly where one bin holds all.
 */
export function entropyOfCounts(counts: Uint32Array, total: number): number {
  let sum = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] as number
    if (count === total) return 0
    // ln(1) is 0, so single counts need no logarithm.
    if (count > 1) sum += count * Math.log(count)
  }
  const value = (Math.log(total) - sum / total) / Math.log(counts.length)
  return value > 1 ? 1 : value
}
