import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { adx, atr } from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array]

test('every output stays within 0..100, and turning prices round swaps the directions', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 15 }), (seed, shape, period) => {
      const [high, low, close] = randomInputs(['high', 'low', 'close'], 70, seed, shape) as Bars
      const columns = adx(high, low, close, period)
      for (const column of Object.values(columns) as Float64Array[]) {
        for (const value of column) expect(Number.isNaN(value) || (value >= 0 && value <= 100 + 1e-9)).toBe(true)
      }
      const minus = (column: Float64Array) => column.map((x) => -x)
      const mirrored = adx(minus(low), minus(high), minus(close), period)
      expect(mirrored.plusDi).toEqual(columns.minusDi)
      expect(mirrored.minusDi).toEqual(columns.plusDi)
      expect(mirrored.adx).toEqual(columns.adx)
    }),
  )
})

test('a steady rise is all upward movement', () => {
  const close = Float64Array.from({ length: 60 }, (_, i) => 100 + i)
  const columns = adx(
    close.map((x) => x + 1),
    close.map((x) => x - 1),
    close,
    14,
  )
  expect(new Set(columns.minusDi.subarray(14))).toEqual(new Set([0]))
  expect(new Set(columns.adx.subarray(27))).toEqual(new Set([100]))
  expect(columns.plusDi[40]).toBeCloseTo(50, 10)
})

// Worked by hand: ranges 4, then 6 (gap up from 10 to a high of 16), then 3; (4 + 6) / 2 = 5, (5 + 3) / 2 = 4.
test('atr counts gaps from the close before', () => {
  const atr2 = atr(Float64Array.of(12, 16, 14), Float64Array.of(8, 12, 12), Float64Array.of(10, 15, 13), 2)
  expect(atr2).toEqual(Float64Array.of(Number.NaN, 5, 4))
})
