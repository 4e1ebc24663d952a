import { describe, expect, test } from 'vitest'
import { addTotals, closingLine, exitCodeOf, NO_TESTS, totalsOfChecks } from './totals.ts'

const check = (passed: boolean) => ({ name: 'x', about: '', passed, elapsedMs: 1, findings: passed ? [] : ['bad'] })

describe('totals of a suite', () => {
  test('count each check as one and add up with the tests', () => {
    const checks = totalsOfChecks([check(true), check(false), check(true)])
    expect(checks).toEqual({ passed: 2, failed: 1, skipped: 0 })
    expect(closingLine(addTotals(checks, { passed: 10, failed: 0, skipped: 3 }))).toBe('12 passed, 1 failed, 3 skipped')
  })

  test.each([
    [{ passed: 5, failed: 0, skipped: 9 }, 0],
    [{ passed: 5, failed: 1, skipped: 0 }, 1],
    [{ passed: 0, failed: 0, skipped: 7 }, 1],
    [NO_TESTS, 1],
  ])('%j ends with exit code %i: nothing run is nothing passed', (totals, code) => {
    expect(exitCodeOf(totals)).toBe(code)
  })
})
