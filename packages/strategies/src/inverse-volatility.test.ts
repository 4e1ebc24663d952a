import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inverseVolatilityShares } from './inverse-volatility.ts'

/** Closes whose log returns are plus and minus `move`, so that their deviation is `move` times a constant. */
const swinging = (move: number): Float64Array =>
  Float64Array.from({ length: 9 }, (_, i) => 100 * Math.exp(i % 2 === 0 ? 0 : move))

test('gives half the share to twice the volatility', () => {
  const [calm, wild] = inverseVolatilityShares([swinging(0.01), swinging(0.02)])
  expect(calm).toBeCloseTo(2 / 3, 12)
  expect(wild).toBeCloseTo(1 / 3, 12)
})

test('gives a flat or unknown price the mean of the others, never all', () => {
  const flat = Float64Array.from([5, 5, 5, 5])
  expect(inverseVolatilityShares([swinging(0.01), flat, undefined])).toEqual([1 / 3, 1 / 3, 1 / 3])
  expect(inverseVolatilityShares([flat, flat])).toEqual([0.5, 0.5])
})

test('always adds up to one', () => {
  const closes = fc
    .array(fc.float({ min: 1, max: 1000, noNaN: true }), { maxLength: 20 })
    .map((each) => Float64Array.from(each))
  fc.assert(
    fc.property(fc.array(closes, { minLength: 1, maxLength: 8 }), (windows) => {
      const shares = inverseVolatilityShares(windows)
      expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9)
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
    }),
  )
})
