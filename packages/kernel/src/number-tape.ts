const CHUNK = 16_384

/** Numbers in stretches, one after the other, in chunks that are never copied. No stretch reaches over the end of a chunk. */
export class NumberTape {
  readonly #chunks: Float64Array[] = []
  /** Numbers in each chunk. */
  readonly #lengths: number[] = []
  #chunk = new Float64Array(0)
  #length = 0

  /** Makes room for a stretch. It is written into {@link chunk} from the returned place on. */
  room(count: number): number {
    if (this.#length + count > this.#chunk.length) this.#addChunk(count)
    const place = this.#length
    this.#length = place + count
    this.#lengths[this.#lengths.length - 1] = this.#length
    return place
  }

  get chunk(): Float64Array {
    return this.#chunk
  }

  #addChunk(count: number): void {
    this.#chunk = new Float64Array(Math.max(CHUNK, count))
    this.#chunks.push(this.#chunk)
    this.#lengths.push(0)
    this.#length = 0
  }

  /** Reads from the beginning what has been written so far. */
  reader(): { next(): number; readonly atEnd: boolean } {
    const chunks = this.#chunks.map((chunk, i) => chunk.subarray(0, this.#lengths[i]))
    let at = 0
    let place = 0
    return {
      next() {
        if (place === (chunks[at] as Float64Array).length) {
          at++
          place = 0
        }
        return (chunks[at] as Float64Array)[place++] as number
      },
      get atEnd() {
        return at >= chunks.length || (at === chunks.length - 1 && place === (chunks[at] as Float64Array).length)
      },
    }
  }
}
