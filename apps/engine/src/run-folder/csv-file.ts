import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { isoTime } from '@kestrel/core'
import type { ParquetColumn, ParquetColumns } from '@kestrel/data'

/** Rows written at a time. */
const BLOCK = 4096

/**
 * Writes columns as CSV for spreadsheets: a header, ISO times in the columns that hold times, NaN as an empty cell.
 * Numbers have all their digits.
 *
 * @param times - Columns that hold epoch milliseconds.
 */
export async function writeCsv(path: string, columns: ParquetColumns, times: readonly string[]): Promise<void> {
  const entries = Object.entries(columns)
  const cells = entries.map(([name, column]) => cellsOf(column, times.includes(name)))
  const rows = lengthOf(entries[0]?.[1])
  const stream = createWriteStream(path, { flags: 'wx' })
  // Listened to from the start, so that a full disk rejects here and does not end the process.
  const done = finished(stream)
  done.catch(() => undefined)
  stream.write(`${entries.map(([name]) => name).join(',')}\n`)
  for (let start = 0; start < rows; start += BLOCK) {
    let text = ''
    for (let i = start; i < Math.min(rows, start + BLOCK); i++) {
      text += `${cells.map((cell) => cell(i)).join(',')}\n`
    }
    if (!stream.write(text))
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', () => resolve())), done])
  }
  stream.end()
  await done
}

function lengthOf(column: ParquetColumn | undefined): number {
  if (column === undefined) return 0
  return 'int64' in column ? column.int64.length : column.length
}

function cellsOf(column: ParquetColumn, isTime: boolean): (row: number) => string {
  const values = 'int64' in column ? column.int64 : column
  if (isTime) return (row) => timeCell(Number(values[row]))
  return (row) => cellText(values[row])
}

function timeCell(timeMs: number): string {
  return timeMs < 0 ? '' : isoTime(timeMs)
}

function cellText(value: number | bigint | string | undefined): string {
  if (value === undefined || Number.isNaN(value)) return ''
  const text = String(value)
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
