import { describe, expect, test } from 'vitest'
import { quantileOf, spreadOf } from './statistics.ts'

describe('spreadOf', () => {
  test('takes the one in the middle of an odd count, whatever the order', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 })
  })
  test('takes the mean of the two in the middle of an even count', () => {
    expect(spreadOf([4, 1, 2, 100])).toEqual({ median: 3, min: 1, max: 100 })
  })
  test('compares as numbers, not as text', () => {
    expect(spreadOf([9, 10, 100])).toMatchObject({ median: 10, max: 100 })
  })
  test('refuses an empty list', () => {
    expect(() => spreadOf([])).toThrow('undefined')
  })
})

describe('quantileOf', () => {
  test.each([
    [0.5, 2],
    [0.75, 3],
    [0.76, 4],
    [1, 4],
  ])('of four values at %d is the %dth of them', (share, rank) => {
    expect(quantileOf([40, 10, 30, 20], share)).toBe(rank * 10)
  })
  test('refuses an empty list', () => {
    expect(() => quantileOf([], 0.99)).toThrow('no quantile')
  })
})
