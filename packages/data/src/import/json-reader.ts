import type { DecodedTable } from './decoded-table.ts'
import { fileError } from './import-errors.ts'
import { JsonRows, type PlanOf } from './json-rows.ts'

const LF = 10
const LONGEST_LINE = 1 << 20
/** Keys under which exchanges' answers hold their rows. */
const WRAPPERS = ['data', 'rows', 'result', 'list', 'candles', 'records'] as const

/**
 * Reads a JSON document: an array of objects, an array of arrays (freqtrade, exchanges' klines), `{ columns, data }`,
 * or an object of equally long arrays; each may lie under `data`, `result` and the like.
 *
 * @throws DataError `IMPORT_JSON` where the text is no JSON (a half-written file), `IMPORT_JSON_SHAPE`, and for the first cell
 *   that cannot be read.
 */
export function readJson(file: string, text: string, planOf: PlanOf): DecodedTable {
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw fileError(
      'IMPORT_JSON',
      file,
      `this is no JSON: ${cause instanceof Error ? cause.message : ''}.`,
      'If the file was cut off, fetch it again; for one object a line use the ending .ndjson.',
      cause,
    )
  }
  const { rows, names } = rowsOf(file, document)
  const reader = new JsonRows(file, planOf, 'row', names)
  rows.forEach((row, i) => reader.add(row, i + 1))
  return reader.finish()
}

function rowsOf(file: string, document: unknown, depth = 0): { rows: readonly unknown[]; names?: readonly string[] } {
  if (Array.isArray(document)) return { rows: document as unknown[] }
  if (typeof document === 'object' && document !== null) {
    const record = document as Record<string, unknown>
    const { columns, data } = record
    if (isTexts(columns) && Array.isArray(data)) return { rows: data as unknown[], names: columns }
    const table = typeof columns === 'object' && columns !== null && !Array.isArray(columns) ? columns : record
    const entries = Object.entries(table as Record<string, unknown>)
    const first = entries[0]?.[1]
    if (
      entries.length >= 2 &&
      entries.every(([, values]) => Array.isArray(values) && values.length === (first as unknown[]).length)
    ) {
      const lists = entries.map(([, values]) => values as unknown[])
      return {
        rows: (first as unknown[]).map((_, i) => lists.map((list) => list[i])),
        names: entries.map(([name]) => name),
      }
    }
    const wrapper = WRAPPERS.find((name) => typeof record[name] === 'object' && record[name] !== null)
    if (wrapper !== undefined && depth < 3) return rowsOf(file, record[wrapper], depth + 1)
  }
  throw fileError(
    'IMPORT_JSON_SHAPE',
    file,
    'the document is no table.',
    'Rows are an array of objects or of arrays, or {"columns": [...], "data": [[...]]}, or {"name": [...], ...}.',
  )
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

/** Reads one JSON object or array a line. Blank lines are passed over. */
export async function readNdjson(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  planOf: PlanOf,
): Promise<DecodedTable> {
  const reader = new JsonRows(file, planOf, 'line')
  let pending: Buffer = Buffer.alloc(0)
  let line = 0
  const readLine = (bytes: Buffer, isCut: boolean): void => {
    line++
    const text = bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim()
    if (text !== '') reader.add(parseLine(file, text, line, isCut), line)
  }
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk])
    let start = 0
    for (let end = pending.indexOf(LF); end >= 0; end = pending.indexOf(LF, start)) {
      readLine(pending.subarray(start, end), false)
      start = end + 1
    }
    pending = pending.subarray(start)
    if (pending.length > LONGEST_LINE)
      throw fileError('IMPORT_LINE_TOO_LONG', file, `line ${line + 1} is longer than 1 MiB.`)
  }
  if (pending.length > 0) readLine(pending, true)
  return reader.finish()
}

function parseLine(file: string, text: string, line: number, isCut: boolean): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (isCut) {
      throw fileError(
        'IMPORT_HALF_WRITTEN',
        file,
        `the last row (line ${line}) is cut off: the file was not written to its end.`,
        'Fetch or export the file again, or remove its last line.',
        cause,
      )
    }
    throw fileError('IMPORT_JSON', `${file}, line ${line}`, 'the line is no JSON.', 'Repair or remove it.', cause)
  }
}
