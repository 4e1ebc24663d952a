import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { sqlName, sqlText, withConnection } from '../parquet/duckdb.ts'
import { CellReader } from './cell-reader.ts'
import type { ColumnPlan, ColumnUse } from './column-plan.ts'
import type { DecodedTable } from './decoded-table.ts'
import { asDataError, fileError, interruptedError } from './import-errors.ts'
import type { ColumnFacts } from './resolve-columns.ts'
import { TableBuilder } from './table-builder.ts'
import { epochToUs, type TimeUnit } from './time-scanner.ts'

export interface ParquetRequest {
  readonly path: string
  readonly file: string
  readonly signal: AbortSignal | undefined
  readonly onRows: (rows: number, rowsTotal: number) => void
  readonly planOf: (facts: Pick<ColumnFacts, 'names' | 'sample'>) => ColumnPlan
}

/** How a column is read: copied as float64, or cell by cell as text. */
interface Field {
  readonly index: number
  readonly use: ColumnUse
  readonly sql: string
  readonly isText: boolean
}

const INTEGER = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/
const NARROW_DECIMAL = /^DECIMAL\((\d+),\d+\)$/

/**
 * Reads the columns of a Parquet file that the plan uses, as whole vectors out of DuckDB's memory.
 *
 * Integers, floats, decimals (of up to 15 digits directly, wider ones through their text), dates, timestamps of any unit
 * and text are understood. Times written as text or numbers follow the rules of CSV.
 */
export async function readParquet(request: ParquetRequest): Promise<DecodedTable> {
  const { path, file } = request
  if (/[*?[\]{}]/.test(path)) {
    throw fileError(
      'IMPORT_PATH',
      file,
      'the path has one of the characters * ? [ ] { }, which Parquet reading takes for a pattern.',
      'Rename the file.',
    )
  }
  return asDataError(file, 'Parquet', () =>
    withConnection({}, async (connection) => {
      const source = `read_parquet(${sqlText(path)})`
      const schema = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`)).getRowsJS() as string[][]
      const names = schema.map(([name]) => name as string)
      const types = schema.map(([, type]) => type as string)
      const plan = request.planOf({ names, sample: await sampleOf(connection, source, names) })
      const count = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM ${source}`)
      const rows = count.getRowsJS()[0]?.[0] as number
      if (rows === 0) throw fileError('IMPORT_EMPTY', file, 'there are no rows.')
      return copyRows(connection, source, request, plan, names, types, rows)
    }),
  )
}

/** First row as text, for telling numbers from names. */
async function sampleOf(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<string[]> {
  const texts = names.map((name) => `coalesce(${sqlName(name)}::VARCHAR, '')`).join(', ')
  const result = await connection.runAndReadAll(`SELECT ${texts} FROM ${source} LIMIT 1`)
  return (result.getRowsJS()[0] as string[] | undefined) ?? names.map(() => '')
}

async function copyRows(
  connection: DuckDBConnection,
  source: string,
  request: ParquetRequest,
  plan: ColumnPlan,
  names: readonly string[],
  types: readonly string[],
  rows: number,
): Promise<DecodedTable> {
  const builder = new TableBuilder(plan)
  builder.reserve(rows)
  const cells = new CellReader(request.file, builder)
  const fields = plan.uses.flatMap((use, index) =>
    use.action === 'skip' ? [] : [fieldOf(use, index, names[index] as string, types[index] as string)],
  )
  const result = await connection.stream(`SELECT ${fields.map(({ sql }) => sql).join(', ')} FROM ${source}`)
  for (;;) {
    if (request.signal?.aborted === true) throw interruptedError(request.file)
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) break
    const end = builder.rows + chunk.rowCount
    fields.forEach((field, k) => {
      copyVector(chunk, k, field, builder, cells)
      // Checked chunk by chunk, while the values are near the processor.
      if (!field.isText) checkValues(builder, cells, field, types[field.index] as string, end)
    })
    builder.rows = end
    request.onRows(builder.rows, rows)
  }
  const timeAt = plan.uses.findIndex(({ action }) => action === 'time')
  return builder.finish({
    isDated: types[timeAt] === 'DATE' || cells.isDated,
    rowLabel: (row) => `row ${row + 1}`,
    notes: [],
  })
}

function fieldOf(use: ColumnUse, index: number, name: string, type: string): Field {
  const column = sqlName(name)
  const number = (sql: string): Field => ({ index, use, sql: `coalesce(${sql}, 'nan'::DOUBLE)`, isText: false })
  const isTime = use.action === 'time' || use.action === 'knowable'
  // No cast to TIMESTAMP: it would turn an instant with a time zone into the wall clock of this machine's zone.
  if (isTime && (type.startsWith('TIMESTAMP') || type === 'DATE')) return number(`epoch_us(${column})::DOUBLE`)
  // Nanoseconds pass the exact integers of a double, so they are brought to microseconds before.
  if (isTime && INTEGER.test(type))
    return number(`(CASE WHEN abs(${column}) >= 100000000000000000 THEN ${column} // 1000 ELSE ${column} END)::DOUBLE`)
  if (use.action === 'number' || isTime) {
    const digits = Number(NARROW_DECIMAL.exec(type)?.[1] ?? 0)
    if (type === 'DOUBLE' || type === 'FLOAT' || INTEGER.test(type) || (digits > 0 && digits <= 15))
      return number(`${column}::DOUBLE`)
  }
  if (use.action === 'buyerIsMaker' && type === 'BOOLEAN') return number(`CASE WHEN ${column} THEN -1.0 ELSE 1.0 END`)
  return { index, use, sql: `${column}::VARCHAR`, isText: true }
}

function copyVector(chunk: DuckDBDataChunk, k: number, field: Field, builder: TableBuilder, cells: CellReader): void {
  if (!field.isText) {
    // The vector's memory is not public in the typings; reading it whole saves a call per value.
    const { items } = chunk.getColumnVector(k) as unknown as { items: Float64Array }
    ;(builder.slots[field.index] as Float64Array).set(items, builder.rows)
    return
  }
  const values = chunk.getColumnValues(k)
  values.forEach((value, i) => cells.put(field.index, builder.rows + i, value, () => `row ${builder.rows + i + 1}`))
}

/** Checks the rows from `builder.rows` to `end` (exclusive) of a column that was copied as numbers. */
function checkValues(builder: TableBuilder, cells: CellReader, field: Field, type: string, end: number): void {
  const { index, use } = field
  const values = (builder.slots[index] as Float64Array).subarray(builder.rows, end)
  if (use.action === 'time' || use.action === 'knowable') checkTimes(values, builder.rows, cells, index, type, use.unit)
  else refuseAbsent(values, builder.rows, cells, index)
}

/** Brings numeric times to microseconds; a NULL or a time out of range is refused with its row. */
function checkTimes(
  times: Float64Array,
  firstRow: number,
  cells: CellReader,
  index: number,
  type: string,
  unit: TimeUnit,
): void {
  const isEpoch = INTEGER.test(type) || type === 'DOUBLE' || type === 'FLOAT' || NARROW_DECIMAL.test(type)
  for (let i = 0; i < times.length; i++) {
    const value = times[i] as number
    // Values that were nanoseconds are microseconds by now.
    const us = !isEpoch ? value : unit === 'ns' && value < 1e17 ? epochToUs(value, 'us') : epochToUs(value, unit)
    if (Number.isNaN(us)) refuseCell(cells, index, firstRow + i, value)
    else times[i] = us
  }
}

function refuseAbsent(values: Float64Array, firstRow: number, cells: CellReader, index: number): void {
  let at = 0
  // NaN fails both comparisons.
  while (at < values.length && (values[at] as number) < Infinity && (values[at] as number) > -Infinity) at++
  if (at < values.length) refuseCell(cells, index, firstRow + at, values[at] as number)
}

/** Puts a value that cannot stand as a cell, which ends in the error that names it. */
function refuseCell(cells: CellReader, index: number, row: number, value: number): void {
  cells.put(index, row, Number.isNaN(value) ? '' : String(value), () => `row ${row + 1}`)
}
