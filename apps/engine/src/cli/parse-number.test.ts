import { expect, test } from 'vitest'
import { parseCount, parseNumber, parseWhole } from './parse-number.ts'

test.each([
  ['0.001', 0.001],
  ['-2', -2],
  ['1e4', 10_000],
  ['.5', 0.5],
])('%s is a number', (text, expected) => {
  expect(parseNumber(text, '--x')).toBe(expected)
})

test.each(['', 'NaN', 'Infinity', '1,000', '0x10', '1e999', '5%'])('"%s" is no number', (text) => {
  expect(() => parseNumber(text, '--x')).toThrow(expect.objectContaining({ code: 'CLI_NUMBER' }))
})

test('whole numbers may be grouped, and nothing else passes', () => {
  expect(parseWhole('1_000_000', '--bars')).toBe(1_000_000)
  for (const text of ['1.5', '1e6', '', '99999999999999999999']) {
    expect(() => parseWhole(text, '--bars')).toThrow(expect.objectContaining({ code: 'CLI_NUMBER' }))
  }
})

test.each(['0', '-4', '1.5', ''])('%j counts nothing', (text) => {
  expect(() => parseCount(text, '--lines')).toThrow(expect.objectContaining({ code: 'CLI_NUMBER' }))
  expect(parseCount('1', '--lines')).toBe(1)
})
