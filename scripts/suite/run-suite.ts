import { dirname } from 'node:path'
import { parseCLI, startVitest } from 'vitest/node'
import { describeCheck } from '../checks/print-check.ts'
import { runChecks } from '../checks/run-checks.ts'
import { addTotals, closingLine, exitCodeOf, NO_TESTS, totalsOfChecks, type Totals } from './totals.ts'
import { totalsOfModules } from './vitest-totals.ts'

const ROOT = dirname(dirname(import.meta.dirname))

/**
 * Runs the checks and the tests, and prints the closing line last.
 *
 * @param args - passed on to vitest: path filters, `-t name` and its other options. With any of them the checks are left
 *   out, because somebody is working on one thing.
 * @returns the exit code
 */
export async function runSuite(args: readonly string[]): Promise<0 | 1> {
  const checks = args.length === 0 ? await runChecksAloud() : NO_TESTS
  const totals = addTotals(checks, await runTests(args))
  console.log(closingLine(totals))
  return exitCodeOf(totals)
}

async function runChecksAloud(): Promise<Totals> {
  console.log('Checks')
  return totalsOfChecks(await runChecks(ROOT, (result) => console.log(describeCheck(result))))
}

async function runTests(args: readonly string[]): Promise<Totals> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args])
  const vitest = await startVitest([...filter], { ...options, root: ROOT, watch: false, run: true })
  try {
    const totals = totalsOfModules(vitest.state.getTestModules(), vitest.state.getUnhandledErrors())
    // Vitest also fails for reasons of its own, such as finding no file for a filter.
    return process.exitCode && totals.failed === 0 ? { ...totals, failed: 1 } : totals
  } finally {
    await vitest.close()
  }
}
