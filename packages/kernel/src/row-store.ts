/**
 * Rows of equally many float64 in one array that doubles when full.
 *
 * A long run has hundreds of thousands of orders and fills; as objects they would be copied by the garbage collector
 * again and again, which costs more than the run itself.
 */
export class RowStore {
  readonly width: number
  #values: Float64Array
  #count = 0

  constructor(width: number) {
    this.width = width
    this.#values = new Float64Array(width * 64)
  }

  get count(): number {
    return this.#count
  }

  /** Adds a row of zeros and returns the index of its first value in {@link values}. */
  add(): number {
    const start = this.#count++ * this.width
    if (start === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    return start
  }

  /** All values; valid until the next {@link add}. */
  get values(): Float64Array {
    return this.#values
  }

  /** Value `column` of row `row`. */
  at(row: number, column: number): number {
    return this.#values[row * this.width + column] as number
  }
}

/** Texts by number, so that rows of numbers can name them. Number 0 is the empty text. */
export class TextTable {
  readonly #ids = new Map<string, number>([['', 0]])
  readonly #texts: string[] = ['']

  idOf(text: string): number {
    if (text === '') return 0
    let id = this.#ids.get(text)
    if (id === undefined) {
      id = this.#texts.length
      this.#ids.set(text, id)
      this.#texts.push(text)
    }
    return id
  }

  textOf(id: number): string {
    return this.#texts[id] as string
  }

  get texts(): readonly string[] {
    return this.#texts
  }
}
