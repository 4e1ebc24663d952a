import { allocateColumns, keyColumns, type NamedColumn, rowsOf, timesOf } from '../columns/named-column.ts'
import type { DataKind } from '../dataset.ts'
import { sortingOrder } from '../normalise/row-order.ts'

/** A stored and an incoming row of one key whose values differ. */
interface RowConflict {
  readonly existingRow: number
  readonly incomingRow: number
}

export interface MergedRows {
  readonly columns: readonly NamedColumn[]
  /** Incoming rows at keys that were not there. */
  readonly added: number
  /** Incoming rows equal to stored ones. */
  readonly identical: number
  /** Keys at which both sides have a row and the values differ; one side was taken. */
  readonly differing: number
  readonly firstConflict: RowConflict | undefined
}

/**
 * Rows of two tables of one layout, each in order and without repeated keys, as one table in order.
 *
 * @param winner - Whose row stands where keys are equal and values differ.
 *
 * O(n + m) for tables told apart by time; trades are told apart by id and so are sorted by it first.
 */
export function mergeRows(
  kind: DataKind,
  existing: readonly NamedColumn[],
  incoming: readonly NamedColumn[],
  winner: 'existing' | 'incoming',
): MergedRows {
  const stored = rowsOf(existing)
  const partner = partners(kind, existing, incoming)
  let identical = 0
  let differing = 0
  let firstConflict: RowConflict | undefined
  // Which incoming row stands in the place of each stored one; -1 for none.
  const replacement = new Int32Array(stored).fill(-1)
  for (let row = 0; row < partner.length; row++) {
    const other = partner[row] as number
    if (other < 0) continue
    if (equalRows(existing, other, incoming, row)) identical += 1
    else {
      differing += 1
      firstConflict ??= { existingRow: other, incomingRow: row }
      if (winner === 'incoming') replacement[other] = row
    }
  }
  const columns = interleave(existing, incoming, partner, replacement)
  return { columns, added: rowsOf(columns) - stored, identical, differing, firstConflict }
}

/** For each incoming row, the stored row with the same key, or -1. */
function partners(kind: DataKind, existing: readonly NamedColumn[], incoming: readonly NamedColumn[]): Int32Array {
  const keys = keyColumns(kind)
  const side = (columns: readonly NamedColumn[]): readonly Float64Array[] =>
    keys.map((name) => columns.find((column) => column.name === name)?.values as Float64Array)
  const [a, b] = [side(existing), side(incoming)]
  const orderA = kind === 'trades' ? sortingOrder(a[0] as Float64Array) : undefined
  const orderB = kind === 'trades' ? sortingOrder(b[0] as Float64Array) : undefined
  const partner = new Int32Array(rowsOf(incoming)).fill(-1)
  let i = 0
  for (let j = 0; j < partner.length;) {
    if (i >= rowsOf(existing)) break
    const rowA = orderA === undefined ? i : (orderA[i] as number)
    const rowB = orderB === undefined ? j : (orderB[j] as number)
    const order = compareKeys(a, rowA, b, rowB)
    if (order === 0) partner[rowB] = rowA
    if (order <= 0) i += 1
    if (order >= 0) j += 1
  }
  return partner
}

function compareKeys(a: readonly Float64Array[], i: number, b: readonly Float64Array[], j: number): number {
  for (let k = 0; k < a.length; k++) {
    const step = ((a[k] as Float64Array)[i] as number) - ((b[k] as Float64Array)[j] as number)
    if (step !== 0) return step
  }
  return 0
}

function equalRows(a: readonly NamedColumn[], i: number, b: readonly NamedColumn[], j: number): boolean {
  return a.every((column, k) => column.values[i] === b[k]?.values[j])
}

/** Stored rows (or their replacements) and new rows, by time; at equal times stored rows first. */
function interleave(
  existing: readonly NamedColumn[],
  incoming: readonly NamedColumn[],
  partner: Int32Array,
  replacement: Int32Array,
): readonly NamedColumn[] {
  const isNew = partner.map((row) => (row < 0 ? 1 : 0))
  const out = allocateColumns(existing, replacement.length + isNew.reduce((sum, one) => sum + one, 0))
  const order = mergeOrder(existing, incoming, isNew, replacement)
  for (let k = 0; k < out.length; k++) {
    const to = (out[k] as NamedColumn).values
    const old = (existing[k] as NamedColumn).values
    const fresh = (incoming[k] as NamedColumn).values
    for (let at = 0; at < order.length; at++) {
      const from = order[at] as number
      to[at] = (from >= 0 ? old[from] : fresh[-1 - from]) as number
    }
  }
  return sortedByTime(out)
}

/** Source of each output row: a stored row as itself, an incoming row `j` as `-1 - j`. */
function mergeOrder(
  existing: readonly NamedColumn[],
  incoming: readonly NamedColumn[],
  isNew: Int32Array,
  replacement: Int32Array,
): Int32Array {
  const [a, b] = [existing, incoming].map(timesOf) as [Float64Array, Float64Array]
  const [a2, b2] = [existing, incoming].map(revisionTimes)
  const order = new Int32Array(replacement.length + isNew.reduce((sum, one) => sum + one, 0))
  let at = 0
  let i = 0
  for (let j = 0; j < b.length; j++) {
    if (isNew[j] === 0) continue
    while (i < a.length && !isBefore(b[j] as number, b2?.[j] ?? 0, a[i] as number, a2?.[i] ?? 0))
      order[at++] = sourceOf(replacement, i++)
    order[at++] = -1 - j
  }
  while (i < a.length) order[at++] = sourceOf(replacement, i++)
  return order
}

function sourceOf(replacement: Int32Array, row: number): number {
  const by = replacement[row] as number
  return by < 0 ? row : -1 - by
}

function isBefore(first: number, firstSecond: number, other: number, otherSecond: number): boolean {
  return first < other || (first === other && firstSecond < otherSecond)
}

/** The second key of dated values, by which revisions of one instant are ordered. */
function revisionTimes(columns: readonly NamedColumn[]): Float64Array | undefined {
  const second = columns[1]
  return second?.name === 'knowableTimeMs' ? (second.values as Float64Array) : undefined
}

/** Restores the order of time where a replacement moved a row: a trade's corrected time, a value's knowable time. */
function sortedByTime(columns: readonly NamedColumn[]): readonly NamedColumn[] {
  const order = sortingOrder(timesOf(columns), revisionTimes(columns))
  if (order === undefined) return columns
  const out = allocateColumns(columns, order.length)
  columns.forEach(({ values }, k) => {
    const to = (out[k] as NamedColumn).values
    for (let at = 0; at < order.length; at++) to[at] = values[order[at] as number] as number
  })
  return out
}
