import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { fileError, interruptedError } from './import-errors.ts'
import type { ImportOptions } from './import-options.ts'

const CHUNK_BYTES = 1 << 20

/** Bytes of a file in order, hashed and counted on the way, decompressed where the file is gzip or zstd. */
export class ByteSource {
  /** Name of the file without its folders. */
  readonly file: string
  /** That name without `.gz` or `.zst` where the bytes are compressed. */
  readonly innerName: string
  readonly bytesTotal: number
  readonly isCompressed: boolean
  /** First bytes of the file as stored, for telling its format. */
  readonly magic: Uint8Array
  /** Bytes of the stored file read so far. */
  bytesDone = 0

  readonly #path: string
  readonly #codec: 'gzip' | 'zstd' | 'none'
  readonly #hash = createHash('sha256')
  readonly #signal: AbortSignal | undefined

  private constructor(path: string, bytesTotal: number, magic: Uint8Array, signal: AbortSignal | undefined) {
    this.#path = path
    this.#signal = signal
    this.file = basename(path)
    this.bytesTotal = bytesTotal
    this.magic = magic
    this.#codec = codecOf(magic)
    this.isCompressed = this.#codec !== 'none'
    this.innerName = this.isCompressed ? this.file.replace(/\.(gz|gzip|zst|zstd)$/i, '') : this.file
  }

  /**
   * Opens a file.
   *
   * @throws DataError `IMPORT_NOT_FOUND`, `IMPORT_UNREADABLE`, `IMPORT_EMPTY`.
   */
  static async open(path: string, options: Pick<ImportOptions, 'signal'>): Promise<ByteSource> {
    const file = basename(path)
    const facts = await stat(path).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code
      throw code === 'ENOENT'
        ? fileError('IMPORT_NOT_FOUND', path, 'there is no such file.', 'Check the path.', error)
        : fileError('IMPORT_UNREADABLE', path, `the file cannot be opened (${code}).`, 'Check its permissions.', error)
    })
    if (!facts.isFile()) throw fileError('IMPORT_UNREADABLE', path, 'this is no file.')
    if (facts.size === 0) throw fileError('IMPORT_EMPTY', file, 'the file is empty.')
    const handle = await open(path)
    try {
      const magic = new Uint8Array(16)
      await handle.read(magic, 0, 16, 0)
      return new ByteSource(path, facts.size, magic, options.signal)
    } finally {
      await handle.close()
    }
  }

  /** SHA-256 of the stored bytes; complete once {@link chunks} or {@link stored} was read to its end. */
  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  /** The stored bytes. A chunk is only good until the next one is asked for. */
  async *stored(): AsyncGenerator<Uint8Array> {
    const handle = await open(this.#path)
    const buffer = new Uint8Array(CHUNK_BYTES)
    try {
      for (;;) {
        if (this.#signal?.aborted === true) throw interruptedError(this.file)
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, this.bytesDone)
        if (bytesRead === 0) return
        this.bytesDone += bytesRead
        const chunk = buffer.subarray(0, bytesRead)
        this.#hash.update(chunk)
        yield chunk
      }
    } finally {
      await handle.close()
    }
  }

  /** The bytes after decompression. A chunk is only good until the next one is asked for. */
  chunks(): AsyncIterable<Uint8Array> {
    if (this.#codec === 'none') return this.stored()
    const decoder = this.#codec === 'gzip' ? createGunzip() : createZstdDecompress()
    const copies = Readable.from(copied(this.stored()), { objectMode: false })
    copies.on('error', (error) => decoder.destroy(error))
    return copies.pipe(decoder) as AsyncIterable<Uint8Array>
  }

  /** Reads everything, after decompression, into one array of at most `mostBytes`. */
  async readAll(mostBytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of this.chunks()) {
      bytes += chunk.length
      if (bytes > mostBytes) {
        throw fileError(
          'IMPORT_TOO_LARGE',
          this.file,
          `this form is read as a whole, and there are more than ${Math.round(mostBytes / 1e6)} MB of it.`,
          'Split the file, or convert it to CSV or Parquet.',
        )
      }
      parts.push(Uint8Array.from(chunk))
    }
    return Buffer.concat(parts)
  }
}

function codecOf(magic: Uint8Array): 'gzip' | 'zstd' | 'none' {
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip'
  if (magic[0] === 0x28 && magic[1] === 0xb5 && magic[2] === 0x2f && magic[3] === 0xfd) return 'zstd'
  return 'none'
}

async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}
