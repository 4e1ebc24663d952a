import { createRng } from '@kestrel/core'
import { expect, test } from 'vitest'
import { largestRelativeError, perWindow, preciseDeviation } from '../../test/oracle.ts'
import { randomPrices } from '../../test/random-inputs.ts'
import { bollinger, sma, stddev, zscore } from '../index.ts'

// Reference: NIST Statistical Reference Datasets, NumAcc1 to NumAcc4: certified sample standard deviations 1 and 0.1.
const alternating = (first: number, low: number, high: number): Float64Array =>
  Float64Array.from({ length: 1001 }, (_, i) => (i === 0 ? first : i % 2 === 1 ? low : high))
test.each([
  { set: 'NumAcc1', values: Float64Array.of(10_000_001, 10_000_003, 10_000_002), certified: 1, digits: 14 },
  { set: 'NumAcc2', values: alternating(1.2, 1.1, 1.3), certified: 0.1, digits: 13 },
  // The data themselves are rounded in binary: 1e6 + 0.1 holds ten digits after the point, 1e7 + 0.1 nine.
  { set: 'NumAcc3', values: alternating(1_000_000.2, 1_000_000.1, 1_000_000.3), certified: 0.1, digits: 9 },
  { set: 'NumAcc4', values: alternating(10_000_000.2, 10_000_000.1, 10_000_000.3), certified: 0.1, digits: 8 },
])('NIST $set', ({ values, certified, digits }) => {
  expect(stddev(values, values.length, 1).at(-1)).toBeCloseTo(certified, digits)
})

test.each([0.1, 1e9 + 0.7, -3])('is exactly 0 on a window of %s', (level) => {
  const flat = new Float64Array(100).fill(level)
  expect(new Set(stddev(flat, 20).subarray(19))).toEqual(new Set([0]))
  expect(new Set(zscore(flat, 20).subarray(19))).toEqual(new Set([0]))
  const { middle, upper, lower } = bollinger(flat, 20, 2)
  expect(upper).toEqual(middle)
  expect(lower).toEqual(middle)
})

test('does not drift over a million bars', () => {
  const values = randomPrices(1_000_000, 5, 'walk')
  const actual = stddev(values, 50)
  const sampled = Float64Array.from({ length: 2000 }, (_, k) => actual[(k + 1) * 499 + 1000] as number)
  const exact = sampled.map((_, k) => {
    const end = (k + 1) * 499 + 1001
    return preciseDeviation(values.subarray(end - 50, end))
  })
  expect(largestRelativeError(sampled, exact)).toBeLessThan(1e-11)
})

test('keeps its digits where prices are huge and moves tiny, and across a jump of level', () => {
  const rng = createRng(8)
  const values = Float64Array.from(
    { length: 3000 },
    (_, i) => (i < 1500 ? 1e9 : 5) + Math.round(rng.nextNormal() * 64) / 65_536,
  )
  for (const period of [2, 20, 300]) {
    const exact = perWindow(values, period, (window) => preciseDeviation(window, 1))
    expect(largestRelativeError(stddev(values, period, 1), exact, 1e-6)).toBeLessThan(1e-9)
  }
})

test('z-score is the distance from the mean in deviations, and bounded', () => {
  const values = randomPrices(2000, 6, 'walk')
  const deviation = stddev(values, 25)
  const mean = sma(values, 25)
  const expected = values.map((value, i) => (value - (mean[i] as number)) / (deviation[i] as number))
  expect(largestRelativeError(zscore(values, 25), expected, 1e-3)).toBeLessThan(1e-9)
  for (const score of zscore(randomPrices(500, 6, 'spikes'), 10).subarray(9))
    expect(Math.abs(score)).toBeLessThanOrEqual(3.000_001)
})

test('bollinger: the middle is the simple average bit for bit, the bands are deviations', () => {
  const values = randomPrices(400, 12, 'walk')
  const { middle, upper } = bollinger(values, 20, 2)
  expect(middle).toEqual(sma(values, 20))
  const deviation = stddev(values, 20)
  expect(upper).toEqual(middle.map((centre, i) => centre + 2 * (deviation[i] as number)))
})

test('a sample of one bar has no deviation', () => {
  expect(() => stddev(Float64Array.of(1, 2), 1, 1)).toThrow(
    expect.objectContaining({ name: 'InvalidPeriodError', meta: { period: 1 } }),
  )
})
