import fc from 'fast-check'
import { expect, test } from 'vitest'
import { preciseSum } from '../../test/oracle.ts'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { createSessionVwapBands, sessionVwap, sessionVwapBands } from '../index.ts'

type Bars = [time: Float64Array, high: Float64Array, low: Float64Array, close: Float64Array, volume: Float64Array]
const barsOf = (seed: number, shape: (typeof SHAPES)[number]): Bars =>
  randomInputs(['openTimeMs', 'high', 'low', 'close', 'volume'], 80, seed, shape) as Bars

// Worked by hand: prices 10, 13 and 10 with volumes 1, 1 and 4: averages 10, 11.5, 10.5, variances 0, 2.25, 1.25.
test('worked by hand, and begun anew with the session', () => {
  const price = Float64Array.of(10, 13, 10, 50)
  const time = Float64Array.of(0, 60_000, 120_000, 86_400_000)
  const got = sessionVwapBands(time, price, price, price, Float64Array.of(1, 1, 4, 3), 1440, 2)
  expect(got.vwap).toEqual(Float64Array.of(10, 11.5, 10.5, 50))
  const widths = got.upper.map((upper, i) => upper - (got.vwap[i] as number))
  expect(widths[0]).toBe(0)
  expect(widths[1]).toBeCloseTo(3, 12)
  expect(widths[2]).toBeCloseTo(2 * Math.sqrt(1.25), 12)
  expect(widths[3]).toBe(0)
})

test('the average is the session VWAP bit for bit, the bands lie evenly around it', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 3000 }), (seed, shape, minutes) => {
      const bars = barsOf(seed, shape)
      const { vwap, upper, lower } = sessionVwapBands(...bars, minutes, 1.5)
      expect(vwap).toEqual(sessionVwap(...bars, minutes))
      vwap.forEach((middle, i) => {
        expect(upper[i]).toBeGreaterThanOrEqual(middle)
        expect(lower[i]).toBeLessThanOrEqual(middle)
      })
    }),
  )
})

test('the deviation is that of the session’s prices by volume, at any price level', () => {
  for (const level of [0, 1e9]) {
    const [time, high, low, close, volume] = barsOf(8, 'walk').map((column, k) =>
      k === 0 || k === 4 ? column : column.map((price) => Math.round(price * 1024) / 1024 + level),
    ) as Bars
    const { vwap, upper } = sessionVwapBands(time, high, low, close, volume, 525_600, 1)
    const typical = close.map(
      (price, i) => ((high[i] as number) - level + (low[i] as number) - level + price - level) / 3,
    )
    for (const i of [5, 30, 79]) {
      const weights = volume.subarray(0, i + 1)
      const traded = preciseSum(weights)
      const mean = preciseSum(weights.map((weight, k) => weight * (typical[k] as number))) / traded
      const squares = preciseSum(weights.map((weight, k) => weight * ((typical[k] as number) - mean) ** 2))
      const want = Math.sqrt(squares / traded)
      expect(Math.abs((upper[i] as number) - (vwap[i] as number) - want)).toBeLessThan(level === 0 ? 1e-12 : 1e-6)
    }
  }
})

test('no volume, no bands', () => {
  const stream = createSessionVwapBands(60, 3)
  expect({ ...stream.update(0, 12, 10, 11, 0) }).toEqual({ vwap: 11, upper: 11, lower: 11 })
  expect({ ...stream.update(60_000, 14, 12, 13, 5) }).toEqual({ vwap: 13, upper: 13, lower: 13 })
})
