import { expect, test } from 'vitest'
import { preciseDeviation } from '../../test/oracle.ts'
import { randomPrices } from '../../test/random-inputs.ts'
import { historicalVolatility } from '../index.ts'

// Reference: Hull, Options, Futures, and Other Derivatives, table "Computation of volatility": 20 returns, daily
// deviation 0.01216, with 252 days a year 19.3 %.
const HULL = Float64Array.of(
  20,
  20.1,
  19.9,
  20,
  20.5,
  20.25,
  20.9,
  20.9,
  20.9,
  20.75,
  20.75,
  21,
  21.1,
  20.9,
  20.9,
  21.25,
  21.4,
  21.4,
  21.25,
  21.75,
  22,
)
test('Hull’s example', () => {
  expect(historicalVolatility(HULL, 20, 1)[20]).toBeCloseTo(0.01216, 5)
  expect(historicalVolatility(HULL, 20, 252)[20]).toBeCloseTo(0.193, 3)
})

test('agrees with fresh windows of log returns, and ignores the price unit', () => {
  const prices = randomPrices(1000, 3, 'walk')
  const actual = historicalVolatility(prices, 30, 8760)
  const returns = prices.map((price, i) => Math.log(price / (prices[i - 1] ?? price)))
  for (let i = 30; i < 1000; i += 11) {
    const exact = preciseDeviation(returns.subarray(i - 29, i + 1), 1) * Math.sqrt(8760)
    expect(Math.abs((actual[i] as number) / exact - 1)).toBeLessThan(1e-12)
  }
  expect(
    historicalVolatility(
      prices.map((price) => price * 1024),
      30,
      8760,
    ),
  ).toEqual(actual)
})
