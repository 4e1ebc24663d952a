import { rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '@kestrel/core'
import { columnsOf, rowsOf } from '../columns/named-column.ts'
import type { DatasetKey, GapEntry } from '../dataset.ts'
import { temporaryPath, writeAtomically } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { importFile } from '../import/import-file.ts'
import type { ImportOptions } from '../import/import-options.ts'
import { keyText } from '../lake/dataset-key.ts'
import { checkFolder, copyParquet, type ExportFormat, exportFormatOf } from '../lake/export-dataset.ts'
import type { DuckDbOptions } from '../parquet/duckdb.ts'
import { writeParquetFile } from '../parquet/write-parquet.ts'

export interface ConvertOptions extends ImportOptions, DuckDbOptions {
  /** Of the file to write. Default: its ending. */
  readonly format?: ExportFormat | undefined
}

export interface ConvertReport {
  readonly key: DatasetKey
  readonly path: string
  readonly format: ExportFormat
  readonly rows: number
  readonly bytes: number
  /** What the checks found: missing, repeated and unordered rows. */
  readonly ledger: readonly GapEntry[]
  /** What was read into the file, or left out of it. */
  readonly note?: string | undefined
}

/**
 * Converts a file of market data into another format, with the importer's checks and without a lake. Columns and units are those
 * of an export, so that the result imports again without a flag. The file is written whole or not at all.
 *
 * @throws UsageError `DATA_CONVERT_MANY` (several instruments in one file), `DATA_EXPORT_FORMAT`; DataError of the importer,
 *   `DATA_EXPORT_FOLDER`, `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function convertFile(input: string, output: string, options: ConvertOptions = {}): Promise<ConvertReport> {
  const { threads, memoryLimitMb } = options
  const format = options.format ?? exportFormatOf(output)
  await checkFolder(output)
  const datasets = await importFile(input, options)
  const [dataset] = datasets
  if (dataset === undefined || datasets.length > 1)
    throw severalIn(
      input,
      datasets.map(({ key }) => keyText(key)),
    )
  const columns = columnsOf(dataset.table)
  const table = Object.fromEntries(
    columns.map(({ name, type, values }) => [name, type === 'int64' ? { int64: values as Float64Array } : values]),
  )
  try {
    await writeAtomically(output, async (temporary) => {
      if (format === 'parquet') return writeParquetFile(temporary, table, { threads, memoryLimitMb })
      // Beside the result, because a temporary folder may lie on a small disk.
      const between = temporaryPath(output)
      try {
        await writeParquetFile(between, table, { threads, memoryLimitMb })
        await copyParquet({ threads, memoryLimitMb }, [between], '', temporary, format)
      } finally {
        await rm(between, { force: true })
      }
    })
  } catch (error) {
    throw diskError(error, `Converting ${input} to ${output}`)
  }
  const { key, ledger, source } = dataset
  const bytes = (await stat(output)).size
  return Object.freeze({ key, path: output, format, rows: rowsOf(columns), bytes, ledger, note: source.note })
}

function severalIn(input: string, names: readonly string[]): UsageError {
  return new UsageError({
    code: 'DATA_CONVERT_MANY',
    message: `${basename(input)} holds ${names.length} datasets (${names.slice(0, 4).join(', ')}${names.length > 4 ? ' ...' : ''}), and a converted file holds one. Nothing was written.`,
    hint: 'Import it with kestrel data import, then write each with kestrel data export.',
    meta: { input, datasets: names },
  })
}
