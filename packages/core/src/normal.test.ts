import { expect, test } from 'vitest'
import { normalCdf, normalQuantile } from './index.ts'

// scipy.stats.norm 1.17.1.
test.each([
  [-8, 6.22096057427174e-16],
  [-1.6448536269514722, 0.05],
  [0, 0.5],
  [1, 0.8413447460685429],
  [2.5, 0.9937903346742238],
])('the distribution function at %s is %s', (x, expected) => {
  expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-13)
})
test.each([
  [0.5, 0],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [1e-10, -6.361340902404056],
])('the quantile at %s is %s', (probability, expected) => {
  expect(normalQuantile(probability)).toBeCloseTo(expected, 12)
})
