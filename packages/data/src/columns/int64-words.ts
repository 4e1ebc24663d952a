const TWO_32 = 4_294_967_296

/**
 * Writes safe integers as little-endian 64-bit integers, two 32-bit words each, into `words` from its start.
 *
 * Many times faster than a `BigInt64Array`, which makes an object of every value.
 */
export function int64Words(values: Float64Array, start: number, end: number, words: Int32Array): void {
  for (let i = start, at = 0; i < end; i++, at += 2) {
    const value = values[i] as number
    const high = Math.floor(value / TWO_32)
    words[at] = value - high * TWO_32
    words[at + 1] = high
  }
}
