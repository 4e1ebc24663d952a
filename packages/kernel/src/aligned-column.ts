import { appendTo, growingColumn } from './growing-column.ts'
import type { Growth } from './growth.ts'
import { type Cursor, type SeriesView, sourceOf } from './series-view.ts'

/**
 * The column of a view on the rows of another cursor: at each close the newest value that was visible then.
 * The column itself where both move together.
 *
 * @param growth - Where the market grows: keeps the column up to date.
 */
export function alignedColumn(view: SeriesView, onto: Cursor, growth: Growth | undefined): Float64Array {
  const { column, cursor } = sourceOf(view)
  if (cursor === onto) return column
  if (growth !== undefined) return growth.add(new GrowingAlignment(column, cursor, onto)).column
  const out = new Float64Array(onto.closeTimeMs.length).fill(Number.NaN)
  let newest = -1
  for (let i = 0; i < out.length; i++) {
    newest = newestAt(cursor, newest, onto.closeTimeMs[i] as number)
    if (newest >= 0) out[i] = column[newest] as number
  }
  return out
}

/** Row of the newest value at `closeMs`, from a row that is not later. */
function newestAt(cursor: Cursor, from: number, closeMs: number): number {
  let newest = from
  while ((cursor.closeTimeMs[newest + 1] ?? Infinity) <= closeMs) newest++
  return newest
}

class GrowingAlignment {
  readonly column = growingColumn()
  readonly #source: Float64Array
  readonly #cursor: Cursor
  readonly #onto: Cursor
  #newest = -1

  constructor(source: Float64Array, cursor: Cursor, onto: Cursor) {
    this.#source = source
    this.#cursor = cursor
    this.#onto = onto
    this.extend()
  }

  extend(): void {
    const { closeTimeMs } = this.#onto
    for (let row = this.column.length; row < closeTimeMs.length; row++) {
      this.#newest = newestAt(this.#cursor, this.#newest, closeTimeMs[row] as number)
      appendTo(this.column, this.#newest < 0 ? Number.NaN : (this.#source[this.#newest] as number))
    }
  }
}
