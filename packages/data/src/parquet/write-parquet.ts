import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk, DuckDBType } from '@duckdb/node-api'
import { UsageError } from '@kestrel/core'

import { int64Words } from '../columns/int64-words.ts'
import { writeAtomically } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { type DuckDbOptions, sqlName, sqlText, withConnection } from './duckdb.ts'

/** Safe integers held as float64, to be stored as BIGINT. */
export interface Int64Column {
  readonly int64: Float64Array
}

/**
 * One column of a Parquet file, all of a file having the same length.
 *
 * `Float64Array` is stored as DOUBLE, `Int32Array` as INTEGER, `Int8Array` as TINYINT, `BigInt64Array` and
 * {@link Int64Column} as BIGINT, texts as VARCHAR with `undefined` as NULL.
 */
export type ParquetColumn =
  | Float64Array
  | Int32Array
  | Int8Array
  | BigInt64Array
  | Int64Column
  | readonly (string | undefined)[]

export type ParquetColumns = Readonly<Record<string, ParquetColumn>>

/** Rows of one chunk of DuckDB. */
const CHUNK = 2_048

/**
 * Writes columns to a Parquet file (zstd), whole or not at all.
 *
 * @param columns - At least one; zero rows give a file that holds the column names and types.
 * @throws UsageError `DATA_COLUMNS` where there is no column or lengths differ.
 * @throws DataError `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function writeParquet(path: string, columns: ParquetColumns, options: DuckDbOptions = {}): Promise<void> {
  try {
    await writeAtomically(path, async (temporary) => writeParquetFile(temporary, columns, options))
  } catch (error) {
    throw diskError(error, `Writing ${path}`)
  }
}

export interface ParquetFileOptions extends DuckDbOptions {
  /**
   * `v1` (default) for files that any reader takes; `v2` for the lake's: times as differences and prices split by byte are
   * decoded in two thirds of the time.
   */
  readonly encoding?: 'v1' | 'v2'
}

/** Writes columns straight to `path`, neither synced nor atomic: the caller renames. */
export async function writeParquetFile(
  path: string,
  columns: ParquetColumns,
  { encoding = 'v1', ...options }: ParquetFileOptions,
): Promise<void> {
  const entries = Object.entries(columns)
  const rows = checkedLength(path, entries)
  await withConnection(options, async (connection) => {
    const fields = entries.map(([name, column]) => `${sqlName(name)} ${sqlType(column)}`)
    await connection.run(`CREATE TEMP TABLE rows (${fields.join(', ')})`)
    await appendRows(connection, entries, rows)
    await connection.run(
      `COPY rows TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, PARQUET_VERSION ${encoding}, USE_TMP_FILE false)`,
    )
  })
}

async function appendRows(
  connection: DuckDBConnection,
  entries: readonly (readonly [string, ParquetColumn])[],
  rows: number,
): Promise<void> {
  const { DuckDBDataChunk } = await import('@duckdb/node-api')
  const appender = await connection.createAppender('rows')
  const types = entries.map((_, index) => appender.columnType(index))
  const chunk = DuckDBDataChunk.create(types)
  for (let start = 0; start < rows; start += CHUNK) {
    appendChunk(appender, chunk, types, entries, start, Math.min(start + CHUNK, rows))
  }
  appender.closeSync()
}

function appendChunk(
  appender: DuckDBAppender,
  chunk: DuckDBDataChunk,
  types: readonly DuckDBType[],
  entries: readonly (readonly [string, ParquetColumn])[],
  start: number,
  end: number,
): void {
  chunk.reset()
  chunk.rowCount = end - start
  for (let k = 0; k < types.length; k++) {
    const vector = chunk.getColumnVector(k)
    const column = entries[k]?.[1] as ParquetColumn
    if (isTexts(column)) {
      for (let i = start; i < end; i++) vector.setItem(i - start, column[i] ?? null)
    } else {
      // Fixed-width vectors expose their memory: filled whole, they need no call per value.
      const items = (vector as unknown as { items: Float64Array }).items
      if ('int64' in column)
        int64Words(column.int64, start, end, new Int32Array(items.buffer, items.byteOffset, 2 * (end - start)))
      else items.set(column.subarray(start, end) as Float64Array)
    }
    vector.flush()
  }
  appender.appendDataChunk(chunk)
}

function isTexts(column: ParquetColumn): column is readonly (string | undefined)[] {
  return Array.isArray(column)
}

function lengthOf(column: ParquetColumn): number {
  return 'int64' in column ? column.int64.length : column.length
}

function sqlType(column: ParquetColumn): string {
  if (isTexts(column)) return 'VARCHAR'
  if ('int64' in column || column instanceof BigInt64Array) return 'BIGINT'
  if (column instanceof Int32Array) return 'INTEGER'
  return column instanceof Int8Array ? 'TINYINT' : 'DOUBLE'
}

function checkedLength(path: string, entries: readonly (readonly [string, ParquetColumn])[]): number {
  const first = entries[0]
  const rows = first === undefined ? 0 : lengthOf(first[1])
  const odd = entries.find(([, column]) => lengthOf(column) !== rows)
  if (first !== undefined && odd === undefined) return rows
  throw new UsageError({
    code: 'DATA_COLUMNS',
    message:
      odd === undefined
        ? `${path} cannot be written: there is no column.`
        : `${path} cannot be written: column "${odd[0]}" has ${lengthOf(odd[1])} rows, "${first?.[0]}" has ${rows}.`,
    meta: { path },
  })
}
