import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { DataError, instrumentSpecSchema, type InstrumentSpec } from '@kestrel/core'
import { z } from 'zod'

import type { ColumnLayout } from '../columns/named-column.ts'
import { DATA_KINDS, type DatasetKey, type DatasetSource, type GapEntry, type SyntheticOrigin } from '../dataset.ts'
import { checkedKey, sameKey } from './dataset-key.ts'

/** Version of `dataset.json`. A change that older readers would misread raises it. */
export const RECORD_VERSION = 1

/** Name of the catalog file of a dataset. It is written last, so what it names is complete. */
export const RECORD_FILE = 'dataset.json'

/** One Parquet file of a dataset: the rows of one UTC month. */
export interface MonthFile {
  /** `2024-05`. */
  readonly month: string
  /** Name in the dataset's folder. It carries the start of the content hash, so a changed month is a new file. */
  readonly file: string
  readonly rows: number
  /** SHA-256 of the decoded columns of this month. */
  readonly contentHash: string
}

/** A source of a dataset and the moment of its import, which no hash covers. */
export interface ImportedSource extends DatasetSource {
  readonly importedAtMs: number
}

/** The catalog entry of a dataset, as `dataset.json` holds it. */
export interface DatasetRecord {
  readonly schemaVersion: typeof RECORD_VERSION
  readonly key: DatasetKey
  readonly columns: readonly ColumnLayout[]
  readonly rows: number
  /** Time of the first row, and the exclusive end: the close of the last bar, or 1 ms past the last row. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
  /** SHA-256 of the decoded columns of all rows. */
  readonly contentHash: string
  readonly sparse: boolean
  readonly synthetic?: SyntheticOrigin | undefined
  /** True for trades whose ids the import gave them, counting on from one import to the next. */
  readonly idsAreRowNumbers?: boolean | undefined
  readonly spec?: InstrumentSpec | undefined
  readonly files: readonly MonthFile[]
  readonly sources: readonly ImportedSource[]
  readonly ledger: readonly GapEntry[]
}

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const timeMs = z.number().int()
const count = z.number().int().nonnegative()
const text = z.string().optional()

const recordSchema = z.object({
  schemaVersion: z.literal(RECORD_VERSION),
  key: z.object({ instrument: z.string(), kind: z.enum(DATA_KINDS), timeframe: text, name: text }),
  columns: z.array(z.object({ name: z.string(), type: z.enum(['int64', 'float64', 'int8']) })).min(2),
  rows: count,
  span: z.object({ fromMs: timeMs, toMs: timeMs }),
  contentHash: hash,
  sparse: z.boolean(),
  synthetic: z
    .object({
      model: z.string(),
      seed: z.number(),
      parameters: z.record(z.string(), z.union([z.number(), z.string()])),
    })
    .optional(),
  idsAreRowNumbers: z.boolean().optional(),
  spec: instrumentSpecSchema.optional(),
  files: z.array(z.object({ month: z.string(), file: z.string().regex(/^[\w.-]+$/), rows: count, contentHash: hash })),
  sources: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
      sha256: text,
      licence: text,
      note: text,
      covered: z.array(z.object({ fromMs: timeMs, toMs: timeMs })).optional(),
      importedAtMs: timeMs,
    }),
  ),
  ledger: z.array(
    z.object({
      kind: z.enum(['missing', 'duplicate', 'unordered', 'repaired', 'synthetic']),
      fromMs: timeMs,
      toMs: timeMs,
      count,
      reason: z.string(),
      source: z.string(),
    }),
  ),
})

/**
 * The record in a dataset's folder, or `undefined` where there is none.
 *
 * @param key - What the folder should hold, where the caller knows.
 * @throws DataError `DATA_CATALOG` where the file cannot be read as a record of this version.
 */
export async function readRecord(folder: string, key?: DatasetKey): Promise<DatasetRecord | undefined> {
  const path = join(folder, RECORD_FILE)
  let json: string
  try {
    json = await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  const record = parseRecord(json, path)
  if (key !== undefined && !sameKey(record.key, key)) throw broken(path, 'it describes another dataset', undefined)
  return record
}

/** `dataset.json` of a record: indented, so that people can read and compare it. */
export function recordText(record: DatasetRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`
}

function parseRecord(json: string, path: string): DatasetRecord {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw broken(path, 'it is not JSON', cause)
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion
  if (typeof version === 'number' && version > RECORD_VERSION)
    throw broken(
      path,
      `it was written by a later version of Kestrel (schema ${version}, this one reads ${RECORD_VERSION})`,
      undefined,
    )
  const parsed = recordSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw broken(path, `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'cannot be used'}`, parsed.error)
  }
  return deepFreeze({ ...parsed.data, key: checkedKey(parsed.data.key) })
}

function broken(path: string, problem: string, cause: unknown): DataError {
  return new DataError({
    code: 'DATA_CATALOG',
    message: `The catalog file ${path} cannot be used: ${problem}. Nothing was changed.`,
    hint: 'Delete the folder it lies in and import the data again.',
    meta: { path },
    cause,
  })
}

/** Freezes a plain value through and through. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) deepFreeze(part)
    Object.freeze(value)
  }
  return value
}
