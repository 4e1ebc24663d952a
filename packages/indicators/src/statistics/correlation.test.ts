import fc from 'fast-check'
import { expect, test } from 'vitest'
import { preciseMean, preciseSum } from '../../test/oracle.ts'
import { randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { correlation } from '../index.ts'

// Reference: Anscombe, Graphs in Statistical Analysis, The American Statistician 27 (1973): r = 0.816 in each set;
// digits from the exact quotient of its sums.
const X = Float64Array.of(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
test.each([
  { set: 1, y: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68], r: 0.81642051634484 },
  { set: 2, y: [9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74], r: 0.816236506000243 },
  { set: 3, y: [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73], r: 0.81628673948959 },
])('Anscombe set $set', ({ y, r }) => {
  expect(correlation(X, Float64Array.from(y), 11)[10]).toBeCloseTo(r, 13)
})

function pearson(x: Float64Array, y: Float64Array): number {
  const meanX = preciseMean(x)
  const meanY = preciseMean(y)
  const dot = (a: Float64Array, meanA: number, b: Float64Array, meanB: number): number =>
    preciseSum(a.map((value, i) => (value - meanA) * ((b[i] as number) - meanB)))
  return dot(x, meanX, y, meanY) / Math.sqrt(dot(x, meanX, x, meanX) * dot(y, meanY, y, meanY))
}

test.each([0, 1e8])('agrees with fresh windows at a price level of %s', (level) => {
  const x = randomPrices(3000, 1, 'walk').map((value) => value + level)
  const y = randomPrices(3000, 2, 'walk').map((value) => value + level)
  for (const period of [3, 20, 250]) {
    const actual = correlation(x, y, period)
    for (let i = period - 1; i < 3000; i += 7) {
      const exact = pearson(x.subarray(i - period + 1, i + 1), y.subarray(i - period + 1, i + 1))
      expect(Math.abs((actual[i] as number) - exact)).toBeLessThan(1e-9)
    }
  }
})

test('is bounded, symmetric, blind to scale and offset, and 0 beside a constant', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 2, max: 20 }), (seed, shape, period) => {
      const x = randomPrices(60, seed, shape)
      const y = randomPrices(60, seed + 1, shape)
      const both = correlation(x, y, period)
      for (const value of both.subarray(period - 1)) expect(Math.abs(value)).toBeLessThanOrEqual(1)
      correlation(y, x, period).forEach((value, i) => {
        if (i >= period - 1) expect(value).toBeCloseTo(both[i] as number, 6)
      })
      const constant = new Float64Array(60).fill(0.3)
      expect(new Set(correlation(x, constant, period).subarray(period - 1))).toEqual(new Set([0]))
    }),
  )
})

test('a series and its multiple correlate by 1, its negative by -1', () => {
  const x = randomPrices(100, 5, 'walk')
  for (const value of correlation(
    x,
    x.map((v) => 4 * v),
    10,
  ).subarray(9))
    expect(value).toBeCloseTo(1, 12)
  for (const value of correlation(
    x,
    x.map((v) => -v),
    10,
  ).subarray(9))
    expect(value).toBeCloseTo(-1, 12)
})
