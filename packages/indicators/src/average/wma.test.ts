import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largestRelativeError, perWindow, preciseSum } from '../../test/oracle.ts'
import { randomPrices } from '../../test/random-inputs.ts'
import { wma } from '../index.ts'

const weighted = (window: Float64Array): number =>
  preciseSum(window.map((value, k) => value * (k + 1))) / ((window.length * (window.length + 1)) / 2)

test('is exact on integers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 120 }),
      fc.integer({ min: 1, max: 40 }),
      (xs, period) => {
        const values = Float64Array.from(xs)
        expect(wma(values, period).map((x) => x + 0)).toEqual(perWindow(values, period, weighted).map((x) => x + 0))
      },
    ),
  )
})

test('agrees with fresh windows to 1e-13', () => {
  const values = randomPrices(20_000, 3, 'walk')
  for (const period of [1, 2, 30, 200]) {
    expect(largestRelativeError(wma(values, period), perWindow(values, period, weighted))).toBeLessThan(1e-13)
  }
})
