import type { NamedColumn } from '../columns/named-column.ts'

/** Positions of the stored columns of trades. */
const TIME = 0
const ID = 1

/**
 * Trades whose ids are mere row numbers, numbered so that they fit those of a dataset: a row that the dataset has too, the same
 * in time, price, quantity and side, takes the id of that one; every other counts on from the greatest id there.
 *
 * Rows are matched one to one: of two equal rows, the second is new where the dataset has but one. Two files that meet between
 * two equal trades of one instant can therefore not be told from two that overlap there by one.
 *
 * @param existing - Stored columns of trades, in order of time.
 * @param incoming - The same layout, in order of time; left unchanged.
 *
 * O(n + m).
 */
export function numberTrades(
  existing: readonly NamedColumn[],
  incoming: readonly NamedColumn[],
): readonly NamedColumn[] {
  const stored = existing[TIME]?.values as Float64Array
  const times = incoming[TIME]?.values as Float64Array
  const storedIds = existing[ID]?.values as Float64Array
  const ids = new Float64Array(times.length)
  let next = storedIds.reduce((most, id) => Math.max(most, id), -1) + 1
  let from = 0
  for (let start = 0; start < times.length;) {
    const time = times[start] as number
    while (from < stored.length && (stored[from] as number) < time) from++
    const known = stored[from] === time ? idsByContent(existing, from) : undefined
    for (; start < times.length && times[start] === time; start++)
      ids[start] = known?.get(contentOf(incoming, start))?.shift() ?? next++
  }
  return incoming.map((column, k) => (k === ID ? { ...column, values: ids } : column))
}

/** Ids of the stored rows of one instant, which begin at `from`, by their content. */
function idsByContent(existing: readonly NamedColumn[], from: number): Map<string, number[]> {
  const times = existing[TIME]?.values as Float64Array
  const ids = existing[ID]?.values as Float64Array
  const known = new Map<string, number[]>()
  for (let row = from; row < times.length && times[row] === times[from]; row++) {
    const content = contentOf(existing, row)
    const same = known.get(content)
    if (same === undefined) known.set(content, [ids[row] as number])
    else same.push(ids[row] as number)
  }
  return known
}

function contentOf(columns: readonly NamedColumn[], row: number): string {
  return columns.map(({ values }, k) => (k === ID ? '' : values[row])).join(' ')
}
