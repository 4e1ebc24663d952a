import { createHash, type Hash } from 'node:crypto'

import { int64Words } from './int64-words.ts'
import type { NamedColumn } from './named-column.ts'

/** Values converted at a time, so that hashing needs little memory beside the columns. */
const BLOCK = 16_384

/**
 * SHA-256 of decoded columns, in hexadecimal.
 *
 * The text `kestrel-columns-1\n`, then for each column its line `name:type:length\n` and its values in little-endian
 * order: 8 bytes each for `float64` and `int64`, one for `int8`. Rows are hashed as a whole, so the result does not
 * depend on how they are spread over files, nor on compression.
 */
export function hashColumns(columns: readonly NamedColumn[]): string {
  const hash = createHash('sha256').update('kestrel-columns-1\n')
  for (const { name, type, values } of columns) {
    hash.update(`${name}:${type}:${values.length}\n`)
    if (type === 'int64') updateInt64(hash, values as Float64Array)
    else hash.update(bytesOfValues(values))
  }
  return hash.digest('hex')
}

/** The memory of a column as bytes, without a copy. Every platform that Node runs on is little-endian. */
export function bytesOfValues(values: Float64Array | Int8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function updateInt64(hash: Hash, values: Float64Array): void {
  const words = new Int32Array(2 * Math.min(BLOCK, values.length))
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length)
    int64Words(values, start, end, words)
    hash.update(new Uint8Array(words.buffer, 0, (end - start) * 8))
  }
}
