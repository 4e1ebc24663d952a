declare module 'lz4js' {
  const lz4: {
    /** Compresses into one LZ4 frame. */
    compress(data: Uint8Array): Uint8Array
    /** Most bytes that a frame unfolds to, by its headers. */
    decompressBound(frame: Uint8Array): number
    /** Decompresses one frame into memory of `maxSize` bytes. */
    decompress(frame: Uint8Array, maxSize: number): Uint8Array
  }
  export default lz4
}
