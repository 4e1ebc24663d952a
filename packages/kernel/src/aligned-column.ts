import { type Cursor, type SeriesView, sourceOf } from './series-view.ts'

/**
 * The column of a view on the rows of another cursor: at each close the newest value that was visible then.
 * The column itself where both move together.
 */
export function alignedColumn(view: SeriesView, onto: Cursor): Float64Array {
  const { column, cursor } = sourceOf(view)
  if (cursor === onto) return column
  const out = new Float64Array(onto.closeTimeMs.length).fill(Number.NaN)
  let newest = -1
  for (let i = 0; i < out.length; i++) {
    const closeMs = onto.closeTimeMs[i] as number
    while ((cursor.closeTimeMs[newest + 1] ?? Infinity) <= closeMs) newest++
    if (newest >= 0) out[i] = column[newest] as number
  }
  return out
}
