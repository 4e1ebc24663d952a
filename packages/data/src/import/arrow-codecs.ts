// Named here so that compilers that reach this file from elsewhere find the types too.
// oxlint-disable-next-line typescript/triple-slash-reference -- a declaration of another package cannot be imported
/// <reference path="./lz4js.d.ts" />
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { compressionRegistry, CompressionType } from 'apache-arrow'
import lz4 from 'lz4js'

/** Most bytes that one compressed buffer may unfold to: a column of 100 million values. */
const MOST_BUFFER_BYTES = 1 << 30

let isRegistered = false

/**
 * Teaches apache-arrow the two codecs of the Arrow format, LZ4 frames and ZSTD, which it leaves to its users.
 *
 * freqtrade and pandas write feather files with LZ4 frames, polars often with ZSTD.
 */
export function registerArrowCodecs(): void {
  if (isRegistered) return
  isRegistered = true
  compressionRegistry.set(CompressionType.LZ4_FRAME, {
    decode: decompressLz4,
    encode: (data) => lz4.compress(data),
  })
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: (data) => zstdDecompressSync(data, { maxOutputLength: MOST_BUFFER_BYTES }),
    encode: (data) => zstdCompressSync(data),
  })
}

function decompressLz4(data: Uint8Array): Uint8Array {
  const bytes = lz4.decompressBound(data)
  if (!(bytes <= MOST_BUFFER_BYTES)) throw new RangeError(`an LZ4 frame claims to hold ${bytes} bytes`)
  return lz4.decompress(data, bytes)
}
