import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largestRelativeError, perWindow, preciseMean } from '../../test/oracle.ts'
import { randomPrices } from '../../test/random-inputs.ts'
import { createSma, sma } from '../index.ts'

test('is exact on integers: the correctly rounded quotient of the exact sum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 200 }),
      fc.integer({ min: 1, max: 40 }),
      (xs, period) => {
        const values = Float64Array.from(xs)
        const exact = perWindow(values, period, (window) => window.reduce((sum, value) => sum + value, 0) / period)
        expect(sma(values, period).map((x) => x + 0)).toEqual(exact.map((x) => x + 0))
      },
    ),
  )
})

test('does not drift: 1e-13 of the true mean over a million bars', () => {
  const values = randomPrices(1_000_000, 9, 'walk')
  const actual = sma(values, 50)
  const sampled = Float64Array.from({ length: 2000 }, (_, k) => actual[(k + 1) * 499 + 1000] as number)
  const exact = sampled.map((_, k) => {
    const end = (k + 1) * 499 + 1001
    return preciseMean(values.subarray(end - 50, end))
  })
  expect(largestRelativeError(sampled, exact)).toBeLessThan(1e-13)
})

test('a spike leaves no trace once it has left the window', () => {
  const values = new Float64Array(100).fill(0.1)
  values[30] = 1e15
  const calm = sma(new Float64Array(100).fill(0.1), 7)
  expect(sma(values, 7).subarray(37 + 7)).toEqual(calm.subarray(37 + 7))
})

test('the stream reads as in the guide', () => {
  const stream = createSma(3)
  expect(stream.ready).toBe(false)
  stream.update(1)
  stream.update(2)
  expect(stream.value).toBeNaN()
  expect(stream.update(3)).toBe(2)
  expect(stream.replaceLast(9)).toBe(4)
  expect(stream.replaceLast(3)).toBe(2)
  expect(stream.ready).toBe(true)
  expect(stream.update(7)).toBe(4)
})

test('says what is wrong in one sentence', () => {
  expect(() => sma(Float64Array.of(1, 2), 0)).toThrow(
    'Parameter period is 0, not a whole number of bars from 1 to 1000000.',
  )
  expect(() => sma(Float64Array.of(1, Number.NaN, 2), 2)).toThrow(
    'Input value is NaN at index 1, expected a finite number',
  )
})
