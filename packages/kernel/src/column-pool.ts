/** Most float64 kept: 256 MiB. */
const MOST_VALUES = 1 << 25

/**
 * Columns that one run is done with, for the next one of the same length.
 *
 * On a virtual machine the first touch of fresh memory takes longer than most indicators take to compute, and every 64 MB of
 * it brings on a collection of the whole heap. Runs mostly come in rows over the same bars: the passes of a realism band, the
 * cells of a sweep. Columns of one length are kept; those of another push them out.
 */
export class ColumnPool {
  readonly #columns: Float64Array[] = []

  /** A column that holds anything; fresh where none is kept. */
  take(length: number): Float64Array {
    const last = this.#columns.at(-1)
    if (last === undefined || last.length !== length) return new Float64Array(length)
    return this.#columns.pop() as Float64Array
  }

  /** Takes a column back. Nobody may read it any more. */
  give(column: Float64Array): void {
    const columns = this.#columns
    if (columns.length > 0 && columns[0]?.length !== column.length) columns.splice(0)
    if ((columns.length + 1) * column.length <= MOST_VALUES) columns.push(column)
  }
}

/** The one of this thread. */
export const COLUMN_POOL = new ColumnPool()
