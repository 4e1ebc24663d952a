import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { ema, emaFromFirst, sma } from '../index.ts'

test('begins with the simple average', () => {
  const values = randomPrices(60, 1, 'walk')
  expect(ema(values, 20)[19]).toBe(sma(values, 20)[19])
})

// Worked by hand: factor 2 / (3 + 1) = 1/2, so every value is a dyadic fraction.
test('follows the recursion', () => {
  const values = Float64Array.of(2, 4, 6, 10, 2)
  expect(ema(values, 3)).toEqual(Float64Array.of(Number.NaN, Number.NaN, 4, 7, 4.5))
  expect(emaFromFirst(values, 3)).toEqual(Float64Array.of(2, 3, 4.5, 7.25, 4.625))
})

test.each([0.1, 1e9 + 0.3, -7.7])(
  'stays exactly at %s in a flat market, so that two averages cannot cross',
  (level) => {
    const flat = new Float64Array(500).fill(level)
    expect(emaFromFirst(flat, 12)).toEqual(flat)
    const seeded = ema(flat, 12)
    expect(new Set(seeded.subarray(11)).size).toBe(1)
  },
)

test('lies between the smallest and the largest value, but for a rounding', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 30 }), (seed, shape, period) => {
      const values = randomPrices(100, seed, shape)
      const low = Math.min(...values)
      const high = Math.max(...values)
      for (const mean of ema(values, period).subarray(period - 1)) {
        expect(mean).toBeGreaterThanOrEqual(low - 1e-13 * high)
        expect(mean).toBeLessThanOrEqual(high * (1 + 1e-13))
      }
    }),
  )
})
