import type { CheckResult } from '../checks/check.ts'

/** What the closing line of a suite counts: checks and tests alike. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0 }

/** Sum over the parts of a suite. */
export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** Each check counts as one. */
export function totalsOfChecks(results: readonly CheckResult[]): Totals {
  const passed = results.filter((result) => result.passed).length
  return { passed, failed: results.length - passed, skipped: 0 }
}

/** The last line that `npm test` prints; machines read it. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** A suite that ran nothing has not passed: it looked at nothing. */
export function exitCodeOf({ passed, failed }: Totals): 0 | 1 {
  return failed > 0 || passed === 0 ? 1 : 0
}
