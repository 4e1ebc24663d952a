import { stat } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'

import { DataError, UsageError } from '@kestrel/core'

import { timeUnitsPerMs } from '../columns/named-column.ts'
import type { DatasetKey } from '../dataset.ts'
import { writeAtomically } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { type DuckDbOptions, parquetSource, sqlName, sqlText, withConnection } from '../parquet/duckdb.ts'
import { checkedKey, datasetFolder, keyText } from './dataset-key.ts'
import { readRecord } from './dataset-record.ts'
import type { LakeContext } from './lake-context.ts'
import { notFound } from './near-datasets.ts'
import type { TimeWindow } from './read-dataset.ts'

export type ExportFormat = 'csv' | 'parquet' | 'json' | 'ndjson'

export interface ExportOptions extends TimeWindow {
  /** Default: the file's ending. */
  readonly format?: ExportFormat | undefined
}

export interface ExportReport {
  readonly path: string
  readonly format: ExportFormat
  readonly rows: number
  readonly bytes: number
}

const FORMATS: Readonly<Record<ExportFormat, string>> = {
  csv: 'FORMAT csv, HEADER true',
  parquet: 'FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false',
  json: 'FORMAT json, ARRAY true',
  ndjson: 'FORMAT json, ARRAY false',
}

/**
 * Writes a dataset, or a window of it, to one file, whole or not at all. Columns and units are the lake's; numbers are
 * written with all digits, so that reading them back gives the same values.
 *
 * @throws UsageError `DATA_EXPORT_FORMAT`; DataError `DATA_NOT_FOUND`, `DATA_EXPORT_FOLDER`, `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function exportDataset(
  context: LakeContext,
  key: DatasetKey,
  path: string,
  options: ExportOptions,
): Promise<ExportReport> {
  const checked = checkedKey(key)
  const format = options.format ?? exportFormatOf(path)
  const folder = datasetFolder(context.lakeFolder, checked)
  const record = await readRecord(folder, checked)
  if (record === undefined) throw await notFound(context.lakeFolder, checked)
  await checkFolder(path)
  const files = record.files.map(({ file }) => join(folder, file))
  const perMs = timeUnitsPerMs(checked.kind)
  const time = sqlName(record.columns[0]?.name ?? '')
  const bounds = [
    ...(options.fromMs === undefined ? [] : [`${time} >= ${options.fromMs * perMs}`]),
    ...(options.toMs === undefined ? [] : [`${time} < ${options.toMs * perMs}`]),
  ]
  const where = bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`
  let rows = 0
  try {
    await writeAtomically(path, async (temporary) => {
      rows = await copyParquet(context.duckdb, files, where, temporary, format)
    })
  } catch (error) {
    throw diskError(error, `Exporting ${keyText(checked)} to ${path}`)
  }
  return Object.freeze({ path, format, rows, bytes: (await stat(path)).size })
}

/** Writes rows of Parquet files, in the files' order, to one file of a format. Gives their number. */
export async function copyParquet(
  duckdb: DuckDbOptions,
  files: readonly string[],
  where: string,
  to: string,
  format: ExportFormat,
): Promise<number> {
  return withConnection(duckdb, async (connection) => {
    const sql = `COPY (SELECT * FROM ${parquetSource(files)}${where}) TO ${sqlText(to)} (${FORMATS[format]})`
    return (await connection.run(sql)).rowsChanged
  })
}

/**
 * The format that the ending of a file names.
 *
 * @throws UsageError `DATA_EXPORT_FORMAT`.
 */
export function exportFormatOf(path: string): ExportFormat {
  const ending = extname(path).slice(1).toLowerCase()
  if (ending === 'csv' || ending === 'parquet' || ending === 'json' || ending === 'ndjson') return ending
  throw new UsageError({
    code: 'DATA_EXPORT_FORMAT',
    message: `The ending of ${path} names no format.`,
    hint: 'Use a file ending in .csv, .parquet, .json or .ndjson, or state the format.',
    meta: { path },
  })
}

/** @throws DataError `DATA_EXPORT_FOLDER` where the folder of a file to write does not exist. */
export async function checkFolder(path: string): Promise<void> {
  const folder = dirname(path)
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory() === true) return
  throw new DataError({
    code: 'DATA_EXPORT_FOLDER',
    message: `${path} cannot be written: there is no folder ${folder}.`,
    hint: `Make it first: mkdir -p ${folder}`,
    meta: { path },
  })
}
