import fc from 'fast-check'
import { expect, test } from 'vitest'
import { borrowedHours, compoundBorrowInterest, simpleBorrowInterest } from './borrow-interest.ts'

const at = (clock: string) => Date.parse(`2025-03-01T${clock}:00Z`)

test.each([
  ['10:59', '11:01', 2],
  ['11:00', '11:59', 1],
  ['11:00', '12:00', 1],
  ['10:30', '10:30', 1],
  ['11:00', '11:00', 1],
  ['10:30', '10:00', 0],
])('borrowed at %s and repaid at %s is charged for %s hours', (from, until, hours) => {
  expect(borrowedHours(at(from), at(until))).toBe(hours)
})

test('a day at 2 bp costs 2 bp of the principal', () => {
  expect(simpleBorrowInterest(10_000, 0.0002, 24)).toBeCloseTo(2, 12)
})

test('compounding costs more by the interest on interest', () => {
  expect(compoundBorrowInterest(10_000, 0.24, 2)).toBeCloseTo(10_000 * (1.01 ** 2 - 1), 9)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.integer({ min: 0, max: 8_760 }), (rate, hours) => {
      const simple = simpleBorrowInterest(1, rate, hours)
      expect(compoundBorrowInterest(1, rate, hours)).toBeGreaterThanOrEqual(simple - 1e-12 * (1 + simple))
    }),
  )
})
