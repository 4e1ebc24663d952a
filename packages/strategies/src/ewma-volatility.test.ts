import { expect, test } from 'vitest'
import { EwmaVolatility } from './ewma-volatility.ts'

test('is the RiskMetrics recursion', () => {
  const volatility = new EwmaVolatility(3, 365)
  const prices = [100, 101, 99, 102, 104, 103]
  const squares = prices.slice(1).map((price, i) => Math.log(price / (prices[i] as number)) ** 2)
  const seen = prices.map((price) => volatility.update(price))
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = squares
  // Span 3 is lambda 0.5; the first three squares give the start.
  const start = (a + b + c) / 3
  const expected = [start, 0.5 * start + 0.5 * d, 0.5 * (0.5 * start + 0.5 * d) + 0.5 * e].map((variance) =>
    Math.sqrt(variance * 365),
  )
  expect(seen.slice(0, 3)).toEqual([Number.NaN, Number.NaN, Number.NaN])
  seen.slice(3).forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 12))
})

test('leaves out what is no price', () => {
  const clean = new EwmaVolatility(2, 365)
  const dirty = new EwmaVolatility(2, 365)
  for (const price of [100, 101, 103, 102]) clean.update(price)
  for (const price of [Number.NaN, 100, 0, 101, -5, 103, Infinity, 102]) dirty.update(price)
  expect(dirty.value).toBe(clean.value)
})
