import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { KestrelError, timeframeMs } from '@kestrel/core'

import { hashColumns } from '../columns/column-hash.ts'
import { type NamedColumn, rowsOf, seriesFrom, timesOf, tradesFrom } from '../columns/named-column.ts'
import type { DatasetKey, GapEntry, GapKind } from '../dataset.ts'
import { findGaps } from '../gaps.ts'
import { normaliseBars } from '../normalise/normalise-bars.ts'
import { normaliseSeries } from '../normalise/normalise-series.ts'
import { normaliseTrades } from '../normalise/normalise-trades.ts'
import { readLayout } from '../parquet/read-parquet.ts'
import { checkedKey, datasetFolder, keyText } from './dataset-key.ts'
import { type DatasetRecord, deepFreeze, type MonthFile, readRecord } from './dataset-record.ts'
import type { LakeContext } from './lake-context.ts'
import { spanOf } from './merge-record.ts'
import { monthSpan, splitByMonth } from './month-split.ts'
import { notFound } from './near-datasets.ts'

/** Something about a dataset that is not as its catalog states. */
export interface DatasetProblem {
  /** `FILE`, `ROWS`, `HASH`, `MONTH`, `ORDER`, `VALUE`, `SPAN`, `LEDGER` or `EXTRA_FILE` (a leftover; harmless). */
  readonly code: string
  readonly message: string
  readonly file?: string | undefined
}

export interface VerifyReport {
  readonly key: DatasetKey
  /** True where nothing was found but leftovers. */
  readonly ok: boolean
  readonly rows: number
  /** Hash of the rows as they were read now. */
  readonly contentHash: string
  readonly filesRead: number
  /** Bars absent between the first and last row, counted anew; 0 for sparse data and other kinds. */
  readonly missing: { readonly runs: number; readonly rows: number }
  /** Rows in the ledger by kind of entry. */
  readonly ledger: Readonly<Partial<Record<GapKind, number>>>
  readonly problems: readonly DatasetProblem[]
}

/**
 * Reads a dataset's files again and compares everything with its catalog: hashes, order, repeats, sense of the values,
 * months, gaps against the ledger. The column cache is not used. What is wrong is reported, not thrown.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_CATALOG`.
 */
export async function verifyDataset(context: LakeContext, key: DatasetKey): Promise<VerifyReport> {
  const checked = checkedKey(key)
  const folder = datasetFolder(context.lakeFolder, checked)
  const record = await readRecord(folder, checked)
  if (record === undefined) throw await notFound(context.lakeFolder, checked)
  const problems: DatasetProblem[] = []
  const parts: (readonly NamedColumn[])[] = []
  for (const file of record.files) {
    const rows = await readMonth(context, folder, record, file, problems)
    if (rows !== undefined) parts.push(rows)
  }
  const columns = concatenate(record, parts)
  const contentHash = hashColumns(columns)
  if (parts.length === record.files.length && contentHash !== record.contentHash)
    problems.push({
      code: 'HASH',
      message: `The rows hash to ${contentHash}, the catalog states ${record.contentHash}.`,
    })
  if (rowsOf(columns) > 0) checkContent(record, columns, problems)
  const gaps = gapsOf(record, columns)
  if (parts.length === record.files.length) checkLedger(record, gaps, problems)
  await findExtraFiles(folder, record, problems)
  return deepFreeze({
    key: checked,
    ok: problems.every(({ code }) => code === 'EXTRA_FILE'),
    rows: rowsOf(columns),
    contentHash,
    filesRead: parts.length,
    missing: { runs: gaps.length, rows: gaps.reduce((sum, { count }) => sum + count, 0) },
    ledger: countByKind(record.ledger),
    problems,
  } satisfies VerifyReport)
}

async function readMonth(
  context: LakeContext,
  folder: string,
  record: DatasetRecord,
  { month, file, rows, contentHash }: MonthFile,
  problems: DatasetProblem[],
): Promise<readonly NamedColumn[] | undefined> {
  let columns: readonly NamedColumn[]
  try {
    columns = await readLayout([join(folder, file)], record.columns, rows, context.duckdb)
  } catch (error) {
    const code = KestrelError.isInstance(error) ? 'ROWS' : 'FILE'
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    problems.push({ code, file, message })
    return undefined
  }
  if (hashColumns(columns) !== contentHash)
    problems.push({ code: 'HASH', file, message: `${file}: the rows are not those that were written.` })
  const { fromMs, toMs } = monthSpan(month)
  const months = splitByMonth(record.key.kind, timesOf(columns)).map((part) => part.month)
  if (months.some((found) => found !== month))
    problems.push({
      code: 'MONTH',
      file,
      message: `${file}: rows outside ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}.`,
    })
  return columns
}

function concatenate(record: DatasetRecord, parts: readonly (readonly NamedColumn[])[]): readonly NamedColumn[] {
  const rows = parts.reduce((sum, part) => sum + rowsOf(part), 0)
  return record.columns.map(({ name, type }, k) => {
    const values = type === 'int8' ? new Int8Array(rows) : new Float64Array(rows)
    let at = 0
    for (const part of parts) {
      values.set(part[k]?.values ?? [], at)
      at += rowsOf(part)
    }
    return { name, type, values }
  })
}

/** The rows once more through the checks of an import: what it would refuse or put in order is a problem here. */
function checkContent(record: DatasetRecord, columns: readonly NamedColumn[], problems: DatasetProblem[]): void {
  const context = { what: keyText(record.key), source: 'lake' }
  try {
    for (const entry of normalisedLedger(record, columns, context)) {
      const found = entry.kind === 'duplicate' ? 'stand twice' : 'are out of order'
      const first = new Date(entry.fromMs).toISOString()
      problems.push({ code: 'ORDER', message: `${entry.count} rows ${found}, first at ${first}.` })
    }
  } catch (error) {
    if (!KestrelError.isInstance(error)) throw error
    problems.push({ code: 'VALUE', message: error.message.replace(' Nothing was imported.', '') })
  }
  const span = spanOf(record.key, columns)
  const all = rowsOf(columns) === record.rows
  if (all && (span.fromMs !== record.span.fromMs || span.toMs !== record.span.toMs))
    problems.push({ code: 'SPAN', message: 'The catalog states another first or last time than the rows have.' })
}

function normalisedLedger(
  record: DatasetRecord,
  columns: readonly NamedColumn[],
  context: { what: string; source: string },
): readonly GapEntry[] {
  const { kind, timeframe } = record.key
  if (kind === 'bars') {
    const [openTimeMs, open, high, low, close, volume] = columns.map(({ values }) => values as Float64Array)
    const raw = { openTimeMs, open, high, low, close, volume } as Parameters<typeof normaliseBars>[0]
    return normaliseBars(raw, timeframeMs(timeframe ?? ''), { ...context, sparse: true }).ledger
  }
  if (kind === 'trades') return normaliseTrades(tradesFrom(columns), context).ledger
  return normaliseSeries(seriesFrom(columns), kind, context).ledger
}

function gapsOf({ key, sparse }: DatasetRecord, columns: readonly NamedColumn[]): readonly GapEntry[] {
  return key.kind === 'bars' && !sparse ? findGaps(timesOf(columns), timeframeMs(key.timeframe ?? '')) : []
}

function checkLedger(record: DatasetRecord, gaps: readonly GapEntry[], problems: DatasetProblem[]): void {
  const text = ({ fromMs, toMs, count }: GapEntry): string => `${fromMs} ${toMs} ${count}`
  const stated = record.ledger.filter(({ kind }) => kind === 'missing').map(text)
  const found = gaps.map(text)
  if (stated.join() !== found.join())
    problems.push({
      code: 'LEDGER',
      message: `The rows have ${found.length} runs of missing bars, the ledger states ${stated.length}, and they are not the same.`,
    })
}

async function findExtraFiles(folder: string, record: DatasetRecord, problems: DatasetProblem[]): Promise<void> {
  const wanted = new Set(record.files.map(({ file }) => file))
  for (const file of await readdir(folder))
    if (file.endsWith('.parquet') && !wanted.has(file))
      problems.push({
        code: 'EXTRA_FILE',
        file,
        message: `${file} belongs to no state of the dataset; the next write removes it.`,
      })
}

function countByKind(ledger: readonly GapEntry[]): Partial<Record<GapKind, number>> {
  const counts: Partial<Record<GapKind, number>> = {}
  for (const { kind, count } of ledger) counts[kind] = (counts[kind] ?? 0) + count
  return counts
}
