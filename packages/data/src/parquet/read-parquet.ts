import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { DataError, UsageError } from '@kestrel/core'

import { allocateColumns, type ColumnLayout, type NamedColumn } from '../columns/named-column.ts'
import { type DuckDbOptions, parquetSource, sqlName, withConnection } from './duckdb.ts'

/**
 * Columns of a stored layout from Parquet files, in order of the files and of their rows, on shared memory.
 *
 * Whole vectors are copied out of DuckDB's memory, so no value becomes a JavaScript object.
 *
 * @param rows - Rows of all files together, as the catalog states.
 * @throws DataError `DATA_FILE_ROWS` where the files hold another number of rows; DuckDB's error where one cannot be read.
 */
export async function readLayout(
  paths: readonly string[],
  layout: readonly ColumnLayout[],
  rows: number,
  options: DuckDbOptions,
): Promise<readonly NamedColumn[]> {
  const out = allocateColumns(layout, rows)
  const fields = layout.map(({ name, type }) => (type === 'int64' ? `${sqlName(name)}::DOUBLE` : sqlName(name)))
  let at = 0
  await withConnection(options, async (connection) => {
    const sql = `SELECT ${fields.join(', ')} FROM ${parquetSource(paths)}`
    await forEachChunk(connection, sql, (chunk) => {
      if (at + chunk.rowCount <= rows) {
        out.forEach(({ values }, k) => values.set(itemsOf(chunk, k), at))
      }
      at += chunk.rowCount
    })
  })
  if (at === rows) return out
  throw new DataError({
    code: 'DATA_FILE_ROWS',
    message: `${paths.length === 1 ? paths[0] : `${paths.length} Parquet files`}: ${at} rows, but the catalog states ${rows}.`,
    meta: { paths, found: at, stated: rows },
  })
}

/** A column as {@link readParquetColumns} gives it. */
export type ReadColumn = Float64Array | readonly (string | undefined)[]

/**
 * All columns of a Parquet file, of ours or anyone's.
 *
 * Numbers of any width and booleans come as `Float64Array` (NULL as NaN), texts as strings (NULL as `undefined`),
 * dates and times as milliseconds since 1970 with microseconds as fraction.
 *
 * @throws DataError `DATA_FILE` where the file cannot be read as Parquet.
 * @throws UsageError `DATA_COLUMNS` for a column of a type that has no place in columns, such as a list.
 */
export async function readParquetColumns(
  path: string,
  options: DuckDbOptions = {},
): Promise<Readonly<Record<string, ReadColumn>>> {
  return withConnection(options, async (connection) => {
    const source = parquetSource([path])
    const fields = await fieldsOf(connection, source, path)
    const texts: (string | undefined)[][] = fields.map(() => [])
    const rows = await countRows(connection, source)
    const numbers = fields.map(({ text }) => new Float64Array(text ? 0 : rows))
    let at = 0
    await forEachChunk(connection, `SELECT ${fields.map(({ sql }) => sql).join(', ')} FROM ${source}`, (chunk) => {
      for (let k = 0; k < fields.length; k++) {
        if (fields[k]?.text === true)
          for (const value of chunk.getColumnValues(k)) texts[k]?.push((value as string | null) ?? undefined)
        else numbers[k]?.set(itemsOf(chunk, k), at)
      }
      at += chunk.rowCount
    })
    const columns = fields.map(({ name, text }, k) => [name, (text ? texts[k] : numbers[k]) as ReadColumn])
    return Object.freeze(Object.fromEntries(columns) as Record<string, ReadColumn>)
  })
}

/** Calls `use` with every chunk of a query's result, in order, without holding them all. */
async function forEachChunk(
  connection: DuckDBConnection,
  sql: string,
  use: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await connection.stream(sql)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    use(chunk)
  }
}

/** The memory of a fixed-width vector. */
function itemsOf(chunk: DuckDBDataChunk, column: number): Float64Array {
  return (chunk.getColumnVector(column) as unknown as { items: Float64Array }).items
}

async function countRows(connection: DuckDBConnection, source: string): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT count(*)::DOUBLE FROM ${source}`)
  return Number(result.getRows()[0]?.[0])
}

const NUMBER =
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|BOOLEAN|DECIMAL)/
const TIME = /^(TIMESTAMP|DATE)/
const TEXT = /^(VARCHAR|ENUM|UUID)/

async function fieldsOf(
  connection: DuckDBConnection,
  source: string,
  path: string,
): Promise<readonly { name: string; sql: string; text: boolean }[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`).catch((cause: unknown) => {
    throw new DataError({
      code: 'DATA_FILE',
      message: `${path} cannot be read as Parquet: ${cause instanceof Error ? cause.message.split('\n')[0] : ''}`,
      meta: { path },
      cause,
    })
  })
  return described.getRows().map((row) => {
    const [name, type] = [String(row[0]), String(row[1])]
    const quoted = sqlName(name)
    if (TEXT.test(type)) return { name, sql: `${quoted}::VARCHAR`, text: true }
    // No cast to TIMESTAMP: it would turn an instant with a time zone into the wall clock of this machine's zone.
    if (TIME.test(type)) return { name, sql: `coalesce(epoch_us(${quoted}) / 1000.0, 'nan'::DOUBLE)`, text: false }
    if (NUMBER.test(type)) return { name, sql: `coalesce(${quoted}::DOUBLE, 'nan'::DOUBLE)`, text: false }
    throw new UsageError({
      code: 'DATA_COLUMNS',
      message: `${path}: column "${name}" has type ${type}, which cannot be read as numbers or texts.`,
      meta: { path, column: name, type },
    })
  })
}
