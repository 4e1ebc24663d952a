import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { rsi } from '../index.ts'

test('is 100 while nothing fell, 0 while nothing rose, 50 while nothing moved', () => {
  const rising = Float64Array.from({ length: 40 }, (_, i) => 100 + i / 3)
  expect(new Set(rsi(rising, 14).subarray(14))).toEqual(new Set([100]))
  expect(
    new Set(
      rsi(
        rising.map((x) => -x),
        14,
      ).subarray(14),
    ),
  ).toEqual(new Set([0]))
  expect(new Set(rsi(new Float64Array(40).fill(0.1), 14).subarray(14))).toEqual(new Set([50]))
})

test('stays within 0..100, ignores scale and offset, and turns round with the series', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 20 }), (seed, shape, period) => {
      const values = randomPrices(80, seed, shape)
      const plain = rsi(values, period).subarray(period)
      // Powers of two scale without rounding, as long as nothing under- or overflows.
      if (shape !== 'huge')
        expect(
          rsi(
            values.map((x) => x * 8),
            period,
          ).subarray(period),
        ).toEqual(plain)
      const mirrored = rsi(
        values.map((x) => -x),
        period,
      ).subarray(period)
      plain.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(100)
        expect(value + (mirrored[i] as number)).toBeCloseTo(100, 10)
      })
    }),
  )
})
