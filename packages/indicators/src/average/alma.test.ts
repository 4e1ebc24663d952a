import { expect, test } from 'vitest'
import { randomPrices } from '../../test/random-inputs.ts'
import { alma } from '../index.ts'

// `pine_alma` of the Pine Script reference manual, line by line.
function pineAlma(series: Float64Array, windowsize: number, offset: number, sigma: number): number[] {
  const m = offset * (windowsize - 1)
  const s = windowsize / sigma
  return [...series.keys()].map((bar) => {
    let norm = 0
    let sum = 0
    for (let i = 0; i <= windowsize - 1; i++) {
      const weight = Math.exp((-1 * (i - m) ** 2) / (2 * s ** 2))
      norm = norm + weight
      sum = sum + (series[bar - (windowsize - i - 1)] ?? Number.NaN) * weight
    }
    return sum / norm
  })
}

test.each([
  [9, 0.85, 6],
  [20, 0.5, 3],
  [1, 0, 50],
  [2, 0.5, 100],
])('equals the Pine Script reference form: %s bars, offset %s, sigma %s', (period, offset, sigma) => {
  const values = randomPrices(200, 4, 'walk')
  const expected = pineAlma(values, period, offset, sigma)
  const actual = alma(values, period, offset, sigma)
  for (let i = period - 1; i < 200; i++) expect(actual[i]).toBeCloseTo(expected[i] as number, 10)
})

test('leans to the newest value with offset 1 and to the oldest with offset 0', () => {
  const rising = Float64Array.from({ length: 30 }, (_, i) => i)
  expect(alma(rising, 10, 1, 6)[29]).toBeGreaterThan(27)
  expect(alma(rising, 10, 0, 6)[29]).toBeLessThan(22)
  expect(alma(rising, 10, 0.5, 6)[29]).toBeCloseTo(24.5, 12)
})
