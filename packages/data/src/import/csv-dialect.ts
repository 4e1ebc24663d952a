import { knownNames } from './column-aliases.ts'
import { isNumberText, isTimeText } from './headerless-layouts.ts'
import { fileError } from './import-errors.ts'

/** How a delimited text file is written. */
export interface CsvDialect {
  /** One byte: comma, semicolon, tab or bar. */
  readonly delimiter: string
  /** Header names; undefined where there is no header. */
  readonly names: readonly string[] | undefined
  /** Fields of the first data row. */
  readonly sample: readonly string[]
  /** Where the first data row begins, and its line number from 1. */
  readonly dataStart: number
  readonly dataLine: number
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const MOST_LINES_BEFORE_DATA = 50
const MOST_COLUMNS = 1_000
const LONGEST_LINE = 65_536

interface Line {
  readonly text: string
  readonly start: number
  readonly number: number
}

/** Splits one line at the delimiter, with double quotes around fields that hold it and `""` for a quote. */
export function splitLine(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim())
  const fields: string[] = []
  let field = ''
  let isQuoted = false
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    if (isQuoted) {
      if (c !== '"') field += c
      else if (line[i + 1] === '"') {
        field += '"'
        i++
      } else isQuoted = false
    } else if (c === '"' && field.trim() === '') {
      field = ''
      isQuoted = true
    } else if (c === delimiter) {
      fields.push(field.trim())
      field = ''
    } else field += c
  }
  fields.push(field.trim())
  return fields
}

function headLines(head: Uint8Array): Line[] {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const lines: Line[] = []
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (let number = 1; start < bytes.length && lines.length <= MOST_LINES_BEFORE_DATA; number++) {
    const newline = bytes.indexOf(10, start)
    const end = newline < 0 ? bytes.length : newline
    const text = bytes.toString('utf8', start, Math.min(end, start + LONGEST_LINE)).replace(/\r$/, '')
    if (text.trim() !== '') lines.push({ text, start, number })
    start = end + 1
  }
  return lines
}

const isNumeric = (field: string): boolean => isNumberText(field) || isTimeText(field)

/** A row of data has a time and at least one more number. */
function isDataRow(fields: readonly string[]): boolean {
  return fields.some(isTimeText) && fields.filter(isNumeric).length >= 2
}

/** A header has at least two names of columns that importers know, and no number at all. */
function isHeaderRow(fields: readonly string[]): boolean {
  return fields.length >= 2 && knownNames(fields) >= 2 && !fields.some(isNumeric)
}

/**
 * Tells delimiter, banner lines, header and first data row from the head of a file.
 *
 * A line before the data that has a number in it is no banner: it is data that cannot be read, and refused as such by
 * the row parser rather than passed over.
 *
 * @param head - The first bytes of the file, at least its first data row.
 * @throws DataError `IMPORT_EMPTY`, `IMPORT_ENCODING`, `IMPORT_NO_DATA` (no line that looks like a row).
 */
export function sniffCsv(file: string, head: Uint8Array): CsvDialect {
  if (head.length === 0) throw fileError('IMPORT_EMPTY', file, 'the file is empty.')
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw fileError('IMPORT_ENCODING', file, 'the text is UTF-16.', 'Save it as UTF-8, which every spreadsheet can do.')
  }
  const lines = headLines(head)
  if (lines.length === 0) throw fileError('IMPORT_EMPTY', file, 'the file holds blank lines only.')
  for (const delimiter of delimitersBy(lines)) {
    const rows = lines.map((line) => splitLine(line.text, delimiter))
    const headerAt = rows.findIndex(isHeaderRow)
    const dataAt = headerAt >= 0 ? headerAt + 1 : rows.findIndex(isDataRow)
    if (headerAt >= 0 && dataAt === rows.length) {
      throw fileError('IMPORT_EMPTY', file, 'there is a header but no row under it.')
    }
    const line = lines[dataAt]
    const sample = rows[dataAt]
    if (line === undefined || sample === undefined || sample.length < 2) continue
    if (sample.length > MOST_COLUMNS) break
    const before = rows[dataAt - 1]
    const isUnknownHeader = headerAt < 0 && before?.length === sample.length && !before.some(isNumeric)
    const names = headerAt >= 0 ? rows[headerAt] : isUnknownHeader ? before : undefined
    const unread = headerAt >= 0 ? -1 : rows.findIndex((row, i) => i < dataAt && row.length > 1 && row.some(isNumeric))
    const first = unread >= 0 ? (lines[unread] as Line) : line
    return { delimiter, names, sample, dataStart: first.start, dataLine: first.number }
  }
  throw fileError(
    'IMPORT_NO_DATA',
    file,
    'none of the first lines looks like a row of data: a time and at least one number, separated by comma, semicolon, tab or bar.',
    'Check the file; times are epoch numbers or ISO 8601, and numbers have a decimal point.',
  )
}

/** Delimiters by how often they stand in the last lines of the head, most frequent first. */
function delimitersBy(lines: readonly Line[]): string[] {
  const tail = lines
    .slice(-5)
    .map(({ text }) => text)
    .join('\n')
  const count = (delimiter: string): number => tail.split(delimiter).length
  return [...DELIMITERS].sort((a, b) => count(b) - count(a))
}
