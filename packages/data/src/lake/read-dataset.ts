import { join } from 'node:path'

import { DataError, KestrelError, lowerBound } from '@kestrel/core'

import { hashColumns } from '../columns/column-hash.ts'
import { type NamedColumn, rowsOf, sliceColumns, timesOf, timeUnitsPerMs } from '../columns/named-column.ts'
import type { DatasetKey } from '../dataset.ts'
import { readLayout } from '../parquet/read-parquet.ts'
import { readCache, writeCache } from './column-cache.ts'
import { datasetFolder, keyText } from './dataset-key.ts'
import { type DatasetRecord, readRecord } from './dataset-record.ts'
import type { LakeContext } from './lake-context.ts'
import { monthSpan } from './month-split.ts'
import { notFound } from './near-datasets.ts'

/** Rows of a dataset with the catalog entry they belong to. */
export interface DatasetRows {
  readonly record: DatasetRecord
  readonly columns: readonly NamedColumn[]
}

/** A window of time: from `fromMs` to `toMs`, exclusive. */
export interface TimeWindow {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/** Reads that a writer may overtake before this many tries end in an error; each needs a whole import to do so. */
const TRIES = 5

/**
 * The rows whose time lies within a window, from the column cache where it has them, else from Parquet, which fills it.
 *
 * Rows read from Parquet are hashed and compared with the catalog before anyone sees them. A writer may replace the dataset
 * meanwhile: the read then starts again on the new state, so the rows always belong to the record.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_CORRUPT` (the files are not what the catalog states).
 */
export async function readDataset(
  context: LakeContext,
  key: DatasetKey,
  window: TimeWindow = {},
): Promise<DatasetRows> {
  const folder = datasetFolder(context.lakeFolder, key)
  for (let attempt = 1; ; attempt++) {
    const record = await readRecord(folder, key)
    if (record === undefined) throw await notFound(context.lakeFolder, key)
    try {
      return { record, columns: await readRows(context, folder, record, window) }
    } catch (error) {
      const now = await readRecord(folder, key)
      if (now?.contentHash === record.contentHash || attempt === TRIES) throw error
    }
  }
}

async function readRows(
  context: LakeContext,
  folder: string,
  record: DatasetRecord,
  window: TimeWindow,
): Promise<readonly NamedColumn[]> {
  const { first, end } = monthsWithin(record, window)
  const cached = context.cache ? await readCache(context.cacheFolder, record, first, end) : undefined
  if (cached !== undefined) return within(record, cached, window)
  const columns = await readParquetFiles(context, folder, record)
  if (context.cache) cacheBehind(context, record, columns)
  return within(record, columns, window)
}

/** Writes the cache while the caller goes on with the rows: the disk is slower than the decoding. */
function cacheBehind(context: LakeContext, record: DatasetRecord, columns: readonly NamedColumn[]): void {
  const writing = writeCache(context.cacheFolder, record, columns).finally(() => context.pending.delete(writing))
  context.pending.add(writing)
}

/**
 * All rows of a dataset from its Parquet files, proven to be what the catalog states.
 *
 * @throws DataError `DATA_CORRUPT`.
 */
async function readParquetFiles(
  context: LakeContext,
  folder: string,
  record: DatasetRecord,
): Promise<readonly NamedColumn[]> {
  const paths = record.files.map(({ file }) => join(folder, file))
  const columns = await readLayout(paths, record.columns, record.rows, context.duckdb).catch((cause: unknown) => {
    throw corrupt(record, cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '', cause)
  })
  const contentHash = hashColumns(columns)
  if (contentHash !== record.contentHash) throw corrupt(record, 'the rows have another content hash', undefined)
  return columns
}

function corrupt(record: DatasetRecord, problem: string, cause: unknown): DataError {
  const name = keyText(record.key)
  return new DataError({
    code: 'DATA_CORRUPT',
    message: `${name}: the files in the lake are not what its catalog states: ${problem.replace(/\.$/, '')}. Nothing was loaded.`,
    hint: `Run "kestrel data verify ${record.key.instrument}" for details, then delete the dataset and import it again.`,
    meta: { key: record.key, contentHash: record.contentHash, ...(KestrelError.isInstance(cause) ? cause.meta : {}) },
    cause,
  })
}

/** Positions of the month files that can hold rows of the window. */
function monthsWithin(record: DatasetRecord, { fromMs, toMs }: TimeWindow): { first: number; end: number } {
  const within = record.files.map(({ month }) => {
    const span = monthSpan(month)
    return (toMs === undefined || span.fromMs < toMs) && (fromMs === undefined || span.toMs > fromMs)
  })
  const first = within.indexOf(true)
  return first < 0 ? { first: 0, end: 0 } : { first, end: within.lastIndexOf(true) + 1 }
}

function within(
  record: DatasetRecord,
  columns: readonly NamedColumn[],
  { fromMs, toMs }: TimeWindow,
): readonly NamedColumn[] {
  if (rowsOf(columns) === 0) return columns
  const times = timesOf(columns)
  const perMs = timeUnitsPerMs(record.key.kind)
  const start = fromMs === undefined ? 0 : lowerBound(times, fromMs * perMs)
  const end = toMs === undefined ? times.length : lowerBound(times, toMs * perMs)
  return sliceColumns(columns, start, Math.max(start, end))
}
