import fc from 'fast-check'
import { expect, test } from 'vitest'
import { perWindow } from '../../test/oracle.ts'
import { randomInputs, randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { donchian, rollingMax, rollingMin, stochastic } from '../index.ts'

test('rolling maximum and minimum equal those of fresh windows', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 30 }), (seed, shape, period) => {
      const values = randomPrices(90, seed, shape)
      expect(rollingMax(values, period)).toEqual(perWindow(values, period, (window) => Math.max(...window)))
      expect(rollingMin(values, period)).toEqual(perWindow(values, period, (window) => Math.min(...window)))
    }),
  )
})

test('donchian holds every close of its window', () => {
  const [high, low, close] = randomInputs(['high', 'low', 'close'], 200, 3, 'walk') as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const { upper, lower, middle } = donchian(high, low, 10)
  expect(upper).toEqual(rollingMax(high, 10))
  expect(lower).toEqual(rollingMin(low, 10))
  for (let i = 9; i < 200; i++) {
    expect(close[i]).toBeLessThanOrEqual(upper[i] as number)
    expect(close[i]).toBeGreaterThanOrEqual(lower[i] as number)
    expect(middle[i]).toBe(((upper[i] as number) + (lower[i] as number)) / 2)
  }
})

test('stochastic stays within 0..100, and is 50 in a market that does not move', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 9 }), (seed, shape, period) => {
      const [high, low, close] = randomInputs(['high', 'low', 'close'], 60, seed, shape) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      const { k, d } = stochastic(high, low, close, period, 3, 4)
      for (const value of [...k, ...d]) expect(Number.isNaN(value) || (value >= 0 && value <= 100)).toBe(true)
    }),
  )
  const flat = new Float64Array(30).fill(7)
  expect(stochastic(flat, flat, flat, 5, 3, 3).d[29]).toBe(50)
})

// Worked by hand: range 10..20; closes 15, 20, 10 lie at 50, 100 and 0 percent.
test('stochastic places the close in the range', () => {
  const high = new Float64Array(3).fill(20)
  const low = new Float64Array(3).fill(10)
  const { k, d } = stochastic(high, low, Float64Array.of(15, 20, 10), 1, 1, 2)
  expect(k).toEqual(Float64Array.of(50, 100, 0))
  expect(d).toEqual(Float64Array.of(Number.NaN, 75, 50))
})
