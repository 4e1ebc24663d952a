import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { DataError, isoTime, UsageError } from '@kestrel/core'

import { hashColumns } from '../columns/column-hash.ts'
import {
  columnsOf,
  isLayoutOf,
  type NamedColumn,
  rowsOf,
  sliceColumns,
  timesOf,
  timeUnitsPerMs,
} from '../columns/named-column.ts'
import type { DatasetKey, ImportedDataset } from '../dataset.ts'
import { removeTemporaries, syncFile, syncFolder, temporaryPath, writeTextAtomically } from '../files/atomic-file.ts'
import { diskError } from '../files/disk-error.ts'
import { type ParquetColumn, writeParquetFile } from '../parquet/write-parquet.ts'
import { cachePath } from './column-cache.ts'
import { checkedKey, datasetFolder, keyText } from './dataset-key.ts'
import {
  type DatasetRecord,
  deepFreeze,
  type MonthFile,
  readRecord,
  RECORD_FILE,
  RECORD_VERSION,
  recordText,
} from './dataset-record.ts'
import type { LakeContext } from './lake-context.ts'
import { withLakeLock } from './lake-lock.ts'
import {
  checkCompatible,
  coversMore,
  mergeLedger,
  mergeSources,
  mergeSpec,
  replacesGenerated,
  spanOf,
} from './merge-record.ts'
import { type MergedRows, mergeRows } from './merge-rows.ts'
import { splitByMonth } from './month-split.ts'
import { numberTrades } from './number-trades.ts'
import { readDataset } from './read-dataset.ts'

/**
 * What happens where the lake has a row at a time and the import has another: refuse the import, keep the lake's row, or
 * take the import's. Equal rows are never in conflict.
 */
export type OnConflict = 'error' | 'keep' | 'replace'

export interface WriteReport {
  readonly record: DatasetRecord
  /** True where the lake had no such dataset. */
  readonly created: boolean
  /** Rows at times that were not there. */
  readonly added: number
  /** Rows that were there already, the same. */
  readonly identical: number
  /** Rows that took the place of different ones (`replace`). */
  readonly replaced: number
  /** Rows left out in favour of different ones in the lake (`keep`). */
  readonly kept: number
  /** Month files written; months whose rows did not change are left as they are. */
  readonly filesWritten: number
}

/**
 * Adds rows to a dataset, or makes it.
 *
 * Month files get names of their own before the catalog file, written last, points to them: whatever happens before that
 * leaves the dataset as it was.
 *
 * @throws DataError `DATA_CONFLICT` (with `error`, naming the first row and the count), `DATA_MIXED`, `DATA_LAKE_BUSY`,
 *   `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
 */
export async function writeDataset(
  context: LakeContext,
  imported: ImportedDataset,
  onConflict: OnConflict,
): Promise<WriteReport> {
  const key = checkedKey(imported.key)
  const columns = checkedColumns(key, imported)
  return withLakeLock(context.lakeFolder, context.clock, async () => {
    try {
      return await mergeAndWrite(context, key, imported, columns, onConflict)
    } catch (error) {
      throw diskError(error, `Writing ${keyText(key)}`)
    }
  })
}

function checkedColumns(key: DatasetKey, imported: ImportedDataset): readonly NamedColumn[] {
  const columns = columnsOf(imported.table)
  const rows = rowsOf(columns)
  if (!isLayoutOf(key.kind, columns) || columns.some(({ values }) => values.length !== rows))
    throw new UsageError({
      code: 'DATA_COLUMNS',
      message: `${keyText(key)}: the columns ${columns.map(({ name }) => name).join(', ')} do not make ${key.kind}.`,
      meta: { key },
    })
  if (rows > 0) return columns
  throw new DataError({ code: 'DATA_EMPTY', message: `${keyText(key)}: there are no rows to write.`, meta: { key } })
}

async function mergeAndWrite(
  context: LakeContext,
  key: DatasetKey,
  imported: ImportedDataset,
  columns: readonly NamedColumn[],
  onConflict: OnConflict,
): Promise<WriteReport> {
  const folder = datasetFolder(context.lakeFolder, key)
  const stored = await readRecord(folder, key)
  const before =
    stored !== undefined && replacesGenerated(stored, imported) && onConflict === 'replace' ? undefined : stored
  const merged = await mergeWithStored(context, key, before, imported, columns, onConflict)
  const created = stored === undefined
  const counts = {
    created,
    added: merged.added,
    identical: merged.identical,
    replaced: onConflict === 'replace' ? merged.differing : 0,
    kept: onConflict === 'keep' ? merged.differing : 0,
  }
  const isNews = counts.added + counts.replaced > 0
  if (before !== undefined && !isNews && sameSpec(before, imported) && !coversMore(before.sources, imported.source))
    return Object.freeze({ record: before, ...counts, filesWritten: 0 })
  await mkdir(folder, { recursive: true })
  await removeLeftovers(folder, stored)
  const written: string[] = []
  try {
    const files = await writeMonths(context, folder, key, merged.columns, before, written)
    const record = recordOf(context, key, imported, merged.columns, before, files)
    await writeTextAtomically(join(folder, RECORD_FILE), recordText(record))
    // From here on the new state stands; what is left of the old one may go now or at the next write.
    await removeLeftovers(folder, record).catch(() => undefined)
    if (stored !== undefined && stored.contentHash !== record.contentHash)
      await rm(cachePath(context.cacheFolder, stored.contentHash), { force: true }).catch(() => undefined)
    return Object.freeze({ record, ...counts, filesWritten: written.length })
  } catch (error) {
    // What the catalog points to stays; the rest of this attempt goes.
    await removeLeftovers(folder, await readRecord(folder).catch(() => stored)).catch(() => undefined)
    if (created) await removeEmptyFolders(folder, context.lakeFolder)
    throw error
  }
}

async function mergeWithStored(
  context: LakeContext,
  key: DatasetKey,
  before: DatasetRecord | undefined,
  imported: ImportedDataset,
  columns: readonly NamedColumn[],
  onConflict: OnConflict,
): Promise<MergedRows> {
  if (before === undefined)
    return { columns, added: rowsOf(columns), identical: 0, differing: 0, firstConflict: undefined }
  checkCompatible(before, imported, columns)
  const existing = await readDataset(context, key)
  const incoming = imported.idsAreRowNumbers === true ? numberTrades(existing.columns, columns) : columns
  const merged = mergeRows(key.kind, existing.columns, incoming, onConflict === 'replace' ? 'incoming' : 'existing')
  if (onConflict === 'error' && merged.firstConflict !== undefined)
    throw conflict(key, existing.columns, incoming, merged, imported.source.name)
  return merged
}

function conflict(
  key: DatasetKey,
  existing: readonly NamedColumn[],
  incoming: readonly NamedColumn[],
  merged: MergedRows,
  source: string,
): DataError {
  const { existingRow = 0, incomingRow = 0 } = merged.firstConflict ?? {}
  const timeMs = Math.floor((timesOf(incoming)[incomingRow] as number) / timeUnitsPerMs(key.kind))
  const differs = incoming
    .map(({ name, values }, k) => ({ name, lake: existing[k]?.values[existingRow], file: values[incomingRow] }))
    .filter(({ lake, file }) => lake !== file)
    .map(({ name, lake, file }) => `${name} ${lake} in the lake, ${file} in ${source}`)
  const overlap = merged.differing + merged.identical
  return new DataError({
    code: 'DATA_CONFLICT',
    message:
      `${keyText(key)}: ${merged.differing} of ${overlap} rows that ${source} shares with the lake differ, ` +
      `first at ${isoTime(timeMs)}: ${differs.join('; ')}. Nothing was changed.`,
    hint: 'Choose with --on-conflict keep (the lake stands) or --on-conflict replace (the new rows stand).',
    meta: { key, differing: merged.differing, identical: merged.identical, added: merged.added, firstMs: timeMs },
  })
}

/** Writes the months whose rows are not stored yet, under names that no catalog points to yet. */
async function writeMonths(
  context: LakeContext,
  folder: string,
  key: DatasetKey,
  columns: readonly NamedColumn[],
  before: DatasetRecord | undefined,
  written: string[],
): Promise<readonly MonthFile[]> {
  const files: MonthFile[] = []
  const temporaries: (readonly [temporary: string, path: string])[] = []
  for (const { month, start, end } of splitByMonth(key.kind, timesOf(columns))) {
    const rows = sliceColumns(columns, start, end)
    const contentHash = hashColumns(rows)
    const file = `${month}-${contentHash.slice(0, 12)}.parquet`
    files.push({ month, file, rows: end - start, contentHash })
    if (before?.files.some((old) => old.file === file && old.contentHash === contentHash) === true) continue
    const path = join(folder, file)
    const temporary = temporaryPath(path)
    await writeParquetFile(temporary, parquetColumns(rows), { ...context.duckdb, encoding: 'v2' })
    temporaries.push([temporary, path])
    written.push(file)
  }
  await Promise.all(temporaries.map(async ([temporary]) => syncFile(temporary)))
  for (const [temporary, path] of temporaries) await rename(temporary, path)
  await syncFolder(folder)
  return files
}

function parquetColumns(columns: readonly NamedColumn[]): Record<string, ParquetColumn> {
  return Object.fromEntries(
    columns.map(({ name, type, values }) => [name, type === 'int64' ? { int64: values as Float64Array } : values]),
  )
}

function recordOf(
  context: LakeContext,
  key: DatasetKey,
  imported: ImportedDataset,
  columns: readonly NamedColumn[],
  before: DatasetRecord | undefined,
  files: readonly MonthFile[],
): DatasetRecord {
  const { source, sparse, synthetic } = imported
  const span = spanOf(key, columns)
  // Generated rows have one entry over the whole span, however many imports they came in.
  const entries = [...(before?.ledger ?? []), ...imported.ledger].filter(({ kind }) => kind !== 'synthetic')
  if (synthetic !== undefined) {
    const reason = `generated by ${synthetic.model}, seed ${synthetic.seed}`
    entries.push({ kind: 'synthetic', ...span, count: rowsOf(columns), reason, source: source.name })
  }
  const spec = mergeSpec(before?.spec, imported.spec)
  return deepFreeze({
    schemaVersion: RECORD_VERSION,
    key,
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rowsOf(columns),
    span,
    contentHash: hashColumns(columns),
    sparse,
    ...(synthetic === undefined ? {} : { synthetic: structuredClone(synthetic) }),
    ...(imported.idsAreRowNumbers === true ? { idsAreRowNumbers: true } : {}),
    ...(spec === undefined ? {} : { spec: structuredClone(spec) }),
    files,
    sources: mergeSources(before?.sources ?? [], source, context.clock.nowMs()),
    ledger: mergeLedger(key, columns, sparse, entries, source.name),
  } satisfies DatasetRecord)
}

function sameSpec(before: DatasetRecord, imported: ImportedDataset): boolean {
  return JSON.stringify(mergeSpec(before.spec, imported.spec)) === JSON.stringify(before.spec)
}

/** Removes what a record does not point to: temporary files, and Parquet files of an earlier state or a crashed writer. */
async function removeLeftovers(folder: string, record: DatasetRecord | undefined): Promise<void> {
  await removeTemporaries(folder)
  const wanted = new Set(record?.files.map(({ file }) => file))
  for (const name of await readdir(folder))
    if (name.endsWith('.parquet') && !wanted.has(name)) await rm(join(folder, name), { force: true })
}

/** Removes a folder and those above it up to the lake's, as far as they are empty. */
export async function removeEmptyFolders(folder: string, lakeFolder: string): Promise<void> {
  for (let at = folder; at.startsWith(lakeFolder) && at !== lakeFolder; at = dirname(at)) {
    try {
      await rmdir(at)
    } catch {
      return
    }
  }
}
