import type { CellResult } from '../bench-case.ts'
import type { CaseReport } from '../run-case.ts'

/** Headings of the table of one group; the last column of the Markdown form is the note. */
export const HEADINGS = [
  'engine',
  'version',
  'n',
  'runs',
  'median',
  'min to max',
  'to ours',
  'cold',
  'peak memory',
  'foreign CPU',
]

/** Groups in order of first appearance. */
export function groupsOf(report: CaseReport): readonly string[] {
  return [...new Set(report.results.map((each) => each.group))]
}

/** Rows of one group, fastest first, each with its time over ours. */
export function rowsOf(report: CaseReport, group: string): readonly (readonly string[])[] {
  const rows = report.results.filter((each) => each.group === group).toSorted((a, b) => a.median - b.median)
  const ours = rows.find((each) => each.engine.startsWith('kestrel'))
  return rows.map((each) => cellsOf(each, ours))
}

function cellsOf(row: CellResult, ours: CellResult | undefined): readonly string[] {
  return [
    row.engine,
    row.version,
    row.units.toLocaleString('en-US'),
    String(row.runs),
    digits(row.median),
    `${digits(row.min)} to ${digits(row.max)}`,
    ours === undefined ? '' : row === ours ? '1' : digits(row.median / ours.median),
    `${digits(row.coldMs)} ms`,
    `${row.peakRssMb.toFixed(0)} MB`,
    row.foreignCpuShare === undefined ? '' : `${(row.foreignCpuShare * 100).toFixed(0)} %`,
  ]
}

/** Three significant digits, thousands in full. */
export function digits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US')
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

/** The report as text for a terminal. */
export function printTable(report: CaseReport): string {
  const lines = [
    `${report.case}, ${report.unit}. ${report.about}`,
    `${report.machine}; data ${report.checksum}; commit ${report.commit}`,
  ]
  for (const group of groupsOf(report)) {
    lines.push('', `${report.case}: ${group}`, ...aligned([HEADINGS, ...rowsOf(report, group)]))
    for (const { engine, note } of report.results.filter((each) => each.group === group)) {
      if (note !== undefined) lines.push(`  ${engine}: ${note}`)
    }
  }
  if (report.excluded.length > 0) lines.push('', 'Without a time:')
  for (const { engine, group, reason } of report.excluded) lines.push(`  ${engine} (${group}): ${reason}`)
  if (report.marks.length > 0) lines.push('', 'Marks:')
  for (const { name, aim, measured, met } of report.marks) {
    lines.push(`  ${met ? 'met   ' : 'MISSED'} ${name}: ${measured} (${aim})`)
  }
  return `${lines.join('\n')}\n`
}

/** Pads columns; the first two to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
