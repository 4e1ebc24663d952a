import { expect, test } from 'vitest'
import { momentum, obv, roc } from './index.ts'

// Worked by hand.
test('momentum is a difference, the rate of change its percentage', () => {
  const values = Float64Array.of(100, 110, 99, 50)
  expect(momentum(values, 2)).toEqual(Float64Array.of(Number.NaN, Number.NaN, -1, -60))
  expect(roc(values, 1)).toEqual(Float64Array.of(Number.NaN, 10, -10, (100 * (50 - 99)) / 99))
})

test('on-balance volume adds on a rise, subtracts on a fall and keeps on a tie', () => {
  const total = obv(Float64Array.of(10, 11, 11, 9), Float64Array.of(5, 3, 8, 2))
  expect(total).toEqual(Float64Array.of(5, 8, 8, 6))
})
