import { expect, test } from 'vitest'
import { fundingPayment } from './funding-payment.ts'

test.each([
  ['a short receives a positive rate', 'linear', -10, 1, 2.5, 0.0002, 0.005],
  ['a long pays it', 'linear', 10, 1, 2.5, 0.0002, -0.005],
  ['a short pays a negative rate', 'linear', -10, 1, 2.5, -0.0002, -0.005],
  ['an inverse long pays in the base currency', 'inverse', 30, 100, 60_000, 0.0001, -0.000005],
] as const)('%s', (_what, settlement, contracts, contractSize, mark, rate, expected) => {
  expect(fundingPayment(settlement, contracts, contractSize, mark, rate)).toBeCloseTo(expected, 15)
})

test('a flat position receives 0, never -0', () => {
  expect(Object.is(fundingPayment('linear', 0, 1, 100, 0.0001), 0)).toBe(true)
})

// Recorded answers of Bybit (ccxt 4.5.68 static response fixtures, MIT): 0.1 LTC long worth 8.033 at the settlement, rate
// -0.000881, received 0.00708126; worth 7.797 at 0.0001, paid 0.0007797. The venue shows six decimals of the rate.
test.each([
  [80.33, -0.000881, 0.00708126],
  [77.97, 0.0001, -0.0007797],
])('agrees with a recorded settlement of 0.1 LTC at %s', (mark, rate, received) => {
  const shownTo = 8.033 * 0.000001
  expect(Math.abs(fundingPayment('linear', 0.1, 1, mark, rate) - received)).toBeLessThan(shownTo)
})
