import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createInflateRaw, crc32 } from 'node:zlib'
import { fileError } from './import-errors.ts'

const END_SIGNATURE = 0x06054b50
const END64_SIGNATURE = 0x06064b50
const CENTRAL_SIGNATURE = 0x02014b50
const LOCAL_SIGNATURE = 0x04034b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const MOST_ENTRIES = 10_000
const MOST_CENTRAL_BYTES = 1 << 24
const STORED = 0
const DEFLATED = 8
const IN_ZIP64 = 0xffffffff

/** One file in a zip archive. */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly compressedBytes: number
  readonly headerAt: number
}

/**
 * Lists the files of a zip archive, without folders and hidden files. Zip64 is understood.
 *
 * @throws DataError `IMPORT_ZIP` for a file that is cut off or no zip archive.
 */
export async function listZip(path: string, file: string): Promise<ZipEntry[]> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const tail = await readAt(handle, Math.max(0, size - END_BYTES - LONGEST_COMMENT), END_BYTES + LONGEST_COMMENT)
    const endAt = lastSignature(tail)
    if (endAt < 0) throw notZip(file, 'the archive has no directory at its end: it was not downloaded completely.')
    const end = tail.subarray(endAt)
    const { start, bytes } = await directorySpan(handle, end, size - tail.length + endAt)
    if (bytes > MOST_CENTRAL_BYTES || start + bytes > size)
      throw notZip(file, 'the directory of the archive is damaged.')
    return entriesOf(await readAt(handle, start, bytes), file)
  } finally {
    await handle.close()
  }
}

function notZip(file: string, problem: string): Error {
  return fileError('IMPORT_ZIP', file, problem, 'Download the archive again.')
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function lastSignature(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at--) if (tail.readUInt32LE(at) === END_SIGNATURE) return at
  return -1
}

/** Where the central directory lies, from the end record or, for large archives, the zip64 record before it. */
async function directorySpan(
  handle: FileHandle,
  end: Buffer,
  endAt: number,
): Promise<{ start: number; bytes: number }> {
  const start = end.readUInt32LE(16)
  const bytes = end.readUInt32LE(12)
  if (start !== IN_ZIP64 && bytes !== IN_ZIP64 && end.readUInt16LE(10) !== 0xffff) return { start, bytes }
  const locator = await readAt(handle, endAt - 20, 20)
  const record = await readAt(handle, Number(locator.readBigUInt64LE(8)), 56)
  if (record.length < 56 || record.readUInt32LE(0) !== END64_SIGNATURE) return { start: 0, bytes: Infinity }
  return { start: Number(record.readBigUInt64LE(48)), bytes: Number(record.readBigUInt64LE(40)) }
}

function entriesOf(directory: Buffer, file: string): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL_SIGNATURE) {
    const nameBytes = directory.readUInt16LE(at + 28)
    const extraBytes = directory.readUInt16LE(at + 30)
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes)
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes)
    if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw notZip(file, `"${name}" is encrypted.`)
    const sizes = zip64Sizes(
      extra,
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    )
    const isHidden = name.startsWith('__MACOSX/') || (name.split('/').at(-1) ?? '').startsWith('.')
    if (!name.endsWith('/') && !isHidden) {
      entries.push({ name, method: directory.readUInt16LE(at + 10), crc: directory.readUInt32LE(at + 16), ...sizes })
    }
    if (entries.length > MOST_ENTRIES) throw notZip(file, `the archive has more than ${MOST_ENTRIES} files.`)
    at += 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32)
  }
  return entries
}

/** Compressed size and header position, from the zip64 field where the plain ones are full. */
function zip64Sizes(
  extra: Buffer,
  plainBytes: number,
  compressed: number,
  header: number,
): { compressedBytes: number; headerAt: number } {
  const values: number[] = []
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    const end = Math.min(extra.length, at + 4 + extra.readUInt16LE(at + 2))
    for (let p = at + 4; p + 8 <= end; p += 8) values.push(Number(extra.readBigUInt64LE(p)))
  }
  if (plainBytes === IN_ZIP64) values.shift()
  const compressedBytes = compressed === IN_ZIP64 ? (values.shift() ?? compressed) : compressed
  return { compressedBytes, headerAt: header === IN_ZIP64 ? (values.shift() ?? header) : header }
}

/**
 * The bytes of one file of an archive, checked against its CRC-32 at the end.
 *
 * @throws DataError `IMPORT_ZIP` where the entry is damaged or packed by an unknown method.
 */
export async function* readZipEntry(path: string, file: string, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw notZip(
      file,
      `"${entry.name}" is packed by method ${entry.method}; only stored and deflated files are understood.`,
    )
  }
  const handle = await open(path)
  try {
    const header = await readAt(handle, entry.headerAt, 30)
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_SIGNATURE)
      throw notZip(file, `"${entry.name}" is damaged.`)
    const start = entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const packed = spanOf(handle, start, entry.compressedBytes)
    let crc = 0
    for await (const chunk of entry.method === STORED
      ? packed
      : Readable.from(packed, { objectMode: false }).pipe(createInflateRaw())) {
      crc = crc32(chunk as Uint8Array, crc)
      yield chunk as Uint8Array
    }
    if (crc !== entry.crc) throw notZip(file, `"${entry.name}" does not have the checksum that the archive states.`)
  } finally {
    await handle.close()
  }
}

async function* spanOf(handle: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const chunk = await readAt(handle, start + done, Math.min(1 << 18, length - done))
    if (chunk.length === 0) return
    done += chunk.length
    yield chunk
  }
}
