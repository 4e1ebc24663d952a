import type { CheckResult } from './check.ts'

const MAX_FINDINGS = 40

/** One line for a step, and its findings indented below where it failed. */
export function describeCheck({ name, about, passed, elapsedMs, findings }: CheckResult): string {
  const head = `${passed ? 'pass' : 'FAIL'}  ${name.padEnd(14)} ${(elapsedMs / 1000).toFixed(1)} s${passed ? '' : `  (${about})`}`
  const shown = findings.slice(0, MAX_FINDINGS).map((finding) => finding.replaceAll(/^/gm, '      '))
  const more = findings.length > MAX_FINDINGS ? [`      ... and ${findings.length - MAX_FINDINGS} more`] : []
  return [head, ...shown, ...more].join('\n')
}
