import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

import { bytesOfValues } from '../columns/column-hash.ts'
import { allocateColumns, bytesOf, type ColumnLayout, type NamedColumn } from '../columns/named-column.ts'
import { writeAtomically } from '../files/atomic-file.ts'
import type { DatasetRecord } from './dataset-record.ts'

/**
 * Decoded columns as raw memory, one file per content hash, so that data read before is not decoded again.
 *
 * Layout: 8 bytes `KESTCOL1`, the header's length as a 32-bit little-endian integer, the header as JSON padded with spaces
 * to a multiple of 8, then column after column. The header states the columns, the rows of each month and the CRC-32 of each
 * month of each column, so that any run of months is read and checked without the rest.
 *
 * The cache is never the truth: a file that does not fit in any way is deleted and made anew from the Parquet files.
 */
const MAGIC = 'KESTCOL1'
const PREFIX = 12

interface CacheHeader {
  readonly contentHash: string
  readonly columns: readonly ColumnLayout[]
  readonly monthRows: readonly number[]
  /** For each column, the CRC-32 of each month. */
  readonly crc32: readonly (readonly number[])[]
}

/** Where the columns of a dataset are cached. */
export function cachePath(cacheFolder: string, contentHash: string): string {
  return join(cacheFolder, `${contentHash}.cols`)
}

/**
 * The columns of months `firstMonth` to `endMonth` (exclusive, positions in `record.files`), or `undefined` where the
 * cache has nothing usable; a broken file is deleted.
 */
export async function readCache(
  cacheFolder: string,
  record: DatasetRecord,
  firstMonth: number,
  endMonth: number,
): Promise<readonly NamedColumn[] | undefined> {
  const path = cachePath(cacheFolder, record.contentHash)
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  let columns: readonly NamedColumn[] | undefined
  try {
    columns = await readMonths(handle, record, firstMonth, endMonth)
  } catch {
    columns = undefined
  } finally {
    await handle.close()
  }
  if (columns === undefined) await rm(path, { force: true })
  return columns
}

async function readMonths(
  handle: FileHandle,
  record: DatasetRecord,
  firstMonth: number,
  endMonth: number,
): Promise<readonly NamedColumn[] | undefined> {
  const read = await readHeader(handle)
  const monthRows = record.files.map(({ rows }) => rows)
  if (read === undefined || !describes(read.header, record, monthRows)) return undefined
  const { header, bodyAt } = read
  const rowBytes = record.columns.reduce((sum, { type }) => sum + bytesOf(type), 0)
  if ((await handle.stat()).size !== bodyAt + record.rows * rowBytes) return undefined
  const sum = (from: number, to: number): number => monthRows.slice(from, to).reduce((total, rows) => total + rows, 0)
  const columns = allocateColumns(record.columns, sum(firstMonth, endMonth))
  let at = bodyAt
  for (let k = 0; k < columns.length; k++) {
    const column = columns[k] as NamedColumn
    const width = bytesOf(column.type)
    const bytes = bytesOfValues(column.values)
    if (!(await readFully(handle, bytes, at + sum(0, firstMonth) * width))) return undefined
    let start = 0
    for (let month = firstMonth; month < endMonth; month++) {
      const end = start + (monthRows[month] ?? 0) * width
      if (crc32(bytes.subarray(start, end)) !== header.crc32[k]?.[month]) return undefined
      start = end
    }
    at += record.rows * width
  }
  return columns
}

async function readHeader(handle: FileHandle): Promise<{ header: CacheHeader; bodyAt: number } | undefined> {
  const prefix = new Uint8Array(PREFIX)
  if (!(await readFully(handle, prefix, 0))) return undefined
  if (Buffer.from(prefix.buffer, 0, MAGIC.length).toString('latin1') !== MAGIC) return undefined
  const length = new DataView(prefix.buffer).getUint32(MAGIC.length, true)
  // A header holds a few bytes for each month and column; anything longer is not a header.
  if (length > 16_777_216) return undefined
  const json = new Uint8Array(length)
  if (!(await readFully(handle, json, PREFIX))) return undefined
  return { header: JSON.parse(Buffer.from(json).toString('utf8')) as CacheHeader, bodyAt: PREFIX + length }
}

function describes(header: CacheHeader, record: DatasetRecord, monthRows: readonly number[]): boolean {
  return (
    header.contentHash === record.contentHash &&
    JSON.stringify(header.columns) === JSON.stringify(record.columns) &&
    JSON.stringify(header.monthRows) === JSON.stringify(monthRows)
  )
}

/** Fills `bytes` from `position`; false where the file ends before. Reads are split: one call gives at most 2 GiB. */
async function readFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  const most = 1_073_741_824
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(most, bytes.length - done), position + done)
    if (bytesRead === 0) return false
    done += bytesRead
  }
  return true
}

/** Caches all columns of a dataset. A cache that cannot be written (disk full, read-only) is no failure: it is left out. */
export async function writeCache(
  cacheFolder: string,
  record: DatasetRecord,
  columns: readonly NamedColumn[],
): Promise<boolean> {
  const monthRows = record.files.map(({ rows }) => rows)
  const crcs = columns.map(({ values }) => {
    let start = 0
    return monthRows.map((rows) => crc32(bytesOfValues(values.subarray(start, (start += rows)))))
  })
  const header: CacheHeader = { contentHash: record.contentHash, columns: record.columns, monthRows, crc32: crcs }
  const path = cachePath(cacheFolder, record.contentHash)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeAtomically(path, async (temporary) => writeBody(temporary, header, columns), { sync: false })
    return true
  } catch {
    return false
  }
}

async function writeBody(path: string, header: CacheHeader, columns: readonly NamedColumn[]): Promise<void> {
  const json = JSON.stringify(header)
  const length = Math.ceil((PREFIX + Buffer.byteLength(json)) / 8) * 8 - PREFIX
  const start = Buffer.alloc(PREFIX + length, ' ')
  start.write(MAGIC, 0, 'latin1')
  start.writeUInt32LE(length, MAGIC.length)
  start.write(json, PREFIX)
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(start)
    for (const { values } of columns) await handle.writeFile(bytesOfValues(values))
  } finally {
    await handle.close()
  }
}
