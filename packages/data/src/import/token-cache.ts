/** Longer texts are decoded every time. */
const MOST_BYTES = 48
/** Columns such as sides and symbols repeat few texts; a column of many finds its recent ones. */
const MOST_TOKENS = 8

/** Remembers what the last few texts of a column meant, by their bytes, so that repeated ones are not decoded. */
export class TokenCache {
  readonly #bytes: Uint8Array[] = []
  readonly #values: number[] = []
  #next = 0

  /** Value put for the bytes `[start, end)`, or -1e9 where they are not known. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start
    for (let k = 0; k < this.#bytes.length; k++) {
      const token = this.#bytes[k] as Uint8Array
      if (token.length !== length) continue
      let i = 0
      while (i < length && token[i] === bytes[start + i]) i++
      if (i === length) return this.#values[k] as number
    }
    return TokenCache.UNKNOWN
  }

  put(bytes: Uint8Array, start: number, end: number, value: number): void {
    if (end - start > MOST_BYTES) return
    this.#bytes[this.#next] = bytes.slice(start, end)
    this.#values[this.#next] = value
    this.#next = (this.#next + 1) % MOST_TOKENS
  }

  static readonly UNKNOWN = -1_000_000_000
}
