import type { TestModule } from 'vitest/node'
import type { Totals } from './totals.ts'

/**
 * Counts what vitest ran.
 *
 * A file that failed outside its tests (an import, a hook) and an error that no test caught count as one failure each: vitest
 * reports neither as a failed test.
 *
 * @param modules - one entry for each test file
 * @param unhandledErrors - errors that reached no test
 */
export function totalsOfModules(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Totals {
  let [passed, failed, skipped] = [0, unhandledErrors.length, 0]
  for (const module of modules) {
    let failedHere = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed++
      else if (state === 'skipped') skipped++
      else failedHere++
    }
    failed += failedHere === 0 && !module.ok() ? 1 : failedHere
  }
  return { passed, failed, skipped }
}
