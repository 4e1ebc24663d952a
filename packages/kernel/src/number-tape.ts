const CHUNK = 16_384

/** Numbers one after the other, in chunks that are never copied. */
export class NumberTape {
  readonly #chunks: Float64Array[] = []
  #length = 0

  write(value: number): void {
    const place = this.#length % CHUNK
    if (place === 0) this.#chunks.push(new Float64Array(CHUNK))
    ;(this.#chunks[this.#chunks.length - 1] as Float64Array)[place] = value
    this.#length++
  }

  /** Reads from the beginning what has been written so far. */
  reader(): { next(): number; readonly atEnd: boolean } {
    const chunks = this.#chunks
    const length = this.#length
    let place = 0
    return {
      next() {
        const value = (chunks[Math.floor(place / CHUNK)] as Float64Array)[place % CHUNK] as number
        place++
        return value
      },
      get atEnd() {
        return place >= length
      },
    }
  }
}
