import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { CASES } from '../cases.ts'
import type { CaseReport } from '../run-case.ts'
import { ROOT } from '../setup/folders.ts'
import { groupsOf, HEADINGS, rowsOf } from './print-table.ts'
import { savedReport } from './saved-results.ts'

const PAGE = join(ROOT, 'docs', 'benchmarks.md')
const START = '<!-- results: written by `npm run bench -- docs`, do not edit -->'
const END = '<!-- end of results -->'

/**
 * Writes the tables of all kept results into docs/benchmarks.md, between its two marker lines.
 *
 * @returns Path of the page, relative to the repository.
 * @throws Error where the page has no markers.
 */
export async function writeDocs(): Promise<string> {
  const page = await readFile(PAGE, 'utf8')
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start < 0 || end < start) throw new Error(`${PAGE} has lost its marker lines "${START}" and "${END}".`)
  const reports = CASES.map(({ name }) => savedReport(name)).filter((report) => report !== undefined)
  const tables = reports.map(markdownOf).join('\n')
  await writeFile(PAGE, `${page.slice(0, start + START.length)}\n\n${tables}\n${page.slice(end)}`)
  return relative(ROOT, PAGE)
}

/** One case as Markdown: where and when, marks, a table a group, notes, and what has no time. */
export function markdownOf(report: CaseReport): string {
  const lines = [
    `### ${report.case}`,
    '',
    report.about,
    '',
    `Times in ${report.unit}. ${report.machine}. Data \`${report.checksum}\`, seed ${report.seed ?? 'none'}, commit \`${report.commit.slice(0, 12)}\`, ${report.measuredAt.slice(0, 10)}.`,
    '',
  ]
  if (report.marks.length > 0) {
    const rows = report.marks.map(({ name, aim, measured, met }) => [name, aim, measured, met ? 'met' : '**missed**'])
    lines.push(...table([['mark', 'aim', 'measured', ''], ...rows]), '')
  }
  for (const group of groupsOf(report))
    lines.push(`**${group}**`, '', ...table([HEADINGS, ...rowsOf(report, group)]), '')
  const notes = new Set(
    report.results.flatMap(({ engine, note }) => (note === undefined ? [] : [`- ${engine}: ${note}.`])),
  )
  if (notes.size > 0) lines.push(...notes, '')
  if (report.excluded.length > 0) {
    lines.push('Without a time:', '')
    lines.push(...report.excluded.map(({ engine, group, reason }) => `- ${engine} (${group}): ${reason}`), '')
  }
  return lines.join('\n')
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
