import { expect, test } from 'vitest'
import { bytesText, countText, decimalText, durationText, percentText } from './numbers.ts'

test.each([
  [1_234_567.891, 2, '1,234,567.89'],
  [-1234, 0, '-1,234'],
  // A value that rounds to zero has no sign.
  [-0.001, 2, '0.00'],
  [undefined, 2, 'n/a'],
  [null, 2, 'n/a'],
  [Number.NaN, 2, 'n/a'],
  [Infinity, 0, 'n/a'],
])('%s with %s decimals is %s', (value, decimals, expected) => {
  expect(decimalText(value, decimals)).toBe(expected)
})

test.each([
  [0, '0 gaps'],
  [1, '1 gap'],
  [1234, '1,234 gaps'],
])('%s of them are %s', (count, expected) => {
  expect(countText(count, 'gap')).toBe(expected)
})

test('percent carries its sign where asked', () => {
  expect(percentText(0.1234, 2, true)).toBe('+12.34%')
  expect(percentText(-0.5, 1, true)).toBe('-50.0%')
  expect(percentText(0.00001, 2, true)).toBe('0.00%')
  expect(percentText(undefined)).toBe('n/a')
})

test('durations and sizes have one unit people think in', () => {
  expect([850, 3200, 250_000, 7_500_000, 273_600_000].map(durationText)).toEqual([
    '850 ms',
    '3.2 s',
    '4 min 10 s',
    '2 h 5 min',
    '3 d 4 h',
  ])
  expect([12, 12_300, 4_200_000_000].map(bytesText)).toEqual(['12 B', '12.3 kB', '4.2 GB'])
})
