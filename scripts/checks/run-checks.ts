import { availableParallelism } from 'node:os'
import type { Check, CheckResult } from './check.ts'
import { fileLength } from './file-length.ts'
import { format } from './format.ts'
import { leftovers } from './leftovers.ts'
import { lint } from './lint.ts'
import { lockFile } from './lock-file.ts'
import { packageShape } from './package-shape.ts'
import { structure } from './structure.ts'
import { types } from './types.ts'
import { unused } from './unused.ts'

/** Every step, the slow ones first so that they overlap. */
const ALL_CHECKS: readonly Check[] = [
  types,
  lint,
  unused,
  structure,
  format,
  fileLength,
  packageShape,
  lockFile,
  leftovers,
]

/**
 * Runs all checks, as many at once as there are cores, and hands each result on as it comes.
 *
 * @param root - folder of the repository
 * @param onResult - called in the order of finishing
 * @returns the results in the order of `checks`
 */
export async function runChecks(
  root: string,
  onResult: (result: CheckResult) => void,
  checks: readonly Check[] = ALL_CHECKS,
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  let next = 0
  async function lane(): Promise<void> {
    while (next < checks.length) {
      const index = next++
      const result = await runCheck(checks[index] as Check, root)
      results[index] = result
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(checks.length, availableParallelism()) }, lane))
  return results
}

/** A step that throws has failed: a check that could not look has not passed. */
async function runCheck({ name, about, run }: Check, root: string): Promise<CheckResult> {
  const startedMs = performance.now()
  let findings: readonly string[]
  try {
    findings = await run(root)
  } catch (error) {
    findings = [`could not run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`]
  }
  return { name, about, passed: findings.length === 0, elapsedMs: performance.now() - startedMs, findings }
}
