import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CaseReport } from '../run-case.ts'
import { RESULTS } from '../setup/folders.ts'

/** Keeps a report as `results/<case>.json`, in place of the one before. */
export async function saveReport(report: CaseReport): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  const path = join(RESULTS, `${report.case}.json`)
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`)
  return path
}

/** The report kept for a case; undefined where there is none. */
export function savedReport(name: string): CaseReport | undefined {
  const path = join(RESULTS, `${name}.json`)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as CaseReport) : undefined
}
