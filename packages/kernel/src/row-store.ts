const CHUNK_BITS = 10
const ROWS = 1 << CHUNK_BITS
const ROW_MASK = ROWS - 1

/**
 * Rows of equally many float64, in chunks of 1,024 rows.
 *
 * A long run has hundreds of thousands of orders and fills. As objects they would be copied by the garbage collector
 * again and again, and in one array that doubles they would be copied at each doubling; both cost more than the run.
 */
export class RowStore {
  readonly width: number
  readonly #chunks: Float64Array[] = []
  #count = 0

  constructor(width: number) {
    this.width = width
  }

  get count(): number {
    return this.#count
  }

  /** Adds a row of zeros at the end. */
  add(): void {
    if ((this.#count & ROW_MASK) === 0) this.#chunks.push(new Float64Array(this.width << CHUNK_BITS))
    this.#count++
  }

  /** The memory that holds row `row`; the row begins there at {@link startOf}. */
  chunkOf(row: number): Float64Array {
    return this.#chunks[row >>> CHUNK_BITS] as Float64Array
  }

  /** Index of the first value of row `row` within its chunk. */
  startOf(row: number): number {
    return (row & ROW_MASK) * this.width
  }

  /** Value `column` of row `row`. */
  at(row: number, column: number): number {
    return this.chunkOf(row)[this.startOf(row) + column] as number
  }

  /** All rows, as one stretch of memory after the other. */
  *stretches(): Generator<Float64Array> {
    for (let row = 0; row < this.#count; row += ROWS) {
      yield this.chunkOf(row).subarray(0, Math.min(ROWS, this.#count - row) * this.width)
    }
  }
}

/** Places for texts that were asked for lately, by length. */
const RECENT = 16

/** Texts by number, so that rows of numbers can name them. Number 0 is the empty text. */
export class TextTable {
  readonly #ids = new Map<string, number>([['', 0]])
  readonly #texts: string[] = ['']
  /** The last text of each length, modulo {@link RECENT}: few are used again and again, and a map costs ten times as much. */
  readonly #recent: string[] = Array.from({ length: RECENT }, () => '')
  readonly #recentIds = new Int32Array(RECENT)

  idOf(text: string): number {
    if (text === '') return 0
    const place = text.length % RECENT
    if (this.#recent[place] !== text) this.#look(text, place)
    return this.#recentIds[place] as number
  }

  #look(text: string, place: number): void {
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.#texts.length
      this.#ids.set(text, id)
      this.#texts.push(text)
    }
    this.#recent[place] = text
    this.#recentIds[place] = id
  }

  textOf(id: number): string {
    return this.#texts[id] as string
  }

  get texts(): readonly string[] {
    return this.#texts
  }
}
