import fc from 'fast-check'
import { expect, test } from 'vitest'
import { preciseSum } from '../../test/oracle.ts'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { cumulativeVwap, sessionVwap, vwap } from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array, volume: Float64Array]
const barsOf = (seed: number, shape: (typeof SHAPES)[number]): Bars =>
  randomInputs(['high', 'low', 'close', 'volume'], 80, seed, shape) as Bars

test('rolling: turnover by volume of each window, the typical price where nothing was traded', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 12 }), (seed, shape, period) => {
      const [high, low, close, volume] = barsOf(seed, shape)
      const typical = close.map((price, i) => ((high[i] as number) + (low[i] as number) + price) / 3)
      const actual = vwap(high, low, close, volume, period)
      for (let i = period - 1; i < 80; i++) {
        const traded = preciseSum(volume.subarray(i - period + 1, i + 1))
        const turnover = preciseSum(
          typical.map((price, k) => price * (volume[k] as number)).subarray(i - period + 1, i + 1),
        )
        const exact = traded === 0 ? (typical[i] as number) : turnover / traded
        expect(Math.abs((actual[i] as number) / exact - 1)).toBeLessThan(1e-12)
      }
    }),
  )
})

test('cumulative equals a rolling window over everything so far', () => {
  const [high, low, close, volume] = barsOf(3, 'walk')
  const actual = cumulativeVwap(high, low, close, volume)
  for (const i of [0, 10, 79]) {
    const window = [high, low, close, volume].map((column) => column.subarray(0, i + 1)) as Bars
    expect(actual[i]).toBeCloseTo(vwap(...window, i + 1)[i] as number, 10)
  }
})

test('a session begins anew at its boundary and nowhere else', () => {
  const [high, low, close, volume] = barsOf(4, 'walk')
  const midnight = Date.UTC(2024, 0, 2)
  const openTimeMs = close.map((_, i) => midnight + (i - 30) * 60_000)
  const actual = sessionVwap(openTimeMs, high, low, close, volume, 1440)
  const part = (from: number, to?: number) =>
    [high, low, close, volume].map((column) => column.subarray(from, to)) as Bars
  expect(actual.subarray(0, 30)).toEqual(cumulativeVwap(...part(0, 30)))
  expect(actual.subarray(30)).toEqual(cumulativeVwap(...part(30)))
})
