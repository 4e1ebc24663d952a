import { KestrelError } from '@kestrel/core'

const F64 = 8

/** Rows that a column can grow to: almost two years of minutes. Only address space is set aside for them. */
const MOST_ROWS = 1 << 20

/**
 * A column that rows can be appended to. Its length follows, and whoever holds it sees the new rows: nothing that was
 * built on the column has to be built again.
 *
 * @param initial - Rows that it begins with; copied.
 * @throws KestrelError `KERNEL_COLUMN_FULL` for more than {@link MOST_ROWS}.
 */
export function growingColumn(initial: ArrayLike<number> = []): Float64Array {
  if (initial.length > MOST_ROWS) throw full()
  const memory = new ArrayBuffer(initial.length * F64, { maxByteLength: MOST_ROWS * F64 })
  const column = new Float64Array(memory)
  column.set(initial)
  return column
}

/**
 * Appends a value to a column made by {@link growingColumn}.
 *
 * @throws KestrelError `KERNEL_COLUMN_FULL`, after which the column is as it was.
 */
export function appendTo(column: Float64Array, value: number): void {
  const memory = column.buffer as ArrayBuffer
  const row = column.length
  if (row === MOST_ROWS) throw full()
  memory.resize((row + 1) * F64)
  column[row] = value
}

/**
 * Appends many values at once: room is made a single time, which is what an append takes long for.
 *
 * @throws KestrelError `KERNEL_COLUMN_FULL`, after which the column is as it was.
 */
export function appendAllTo(column: Float64Array, values: ArrayLike<number>): void {
  const row = column.length
  if (row + values.length > MOST_ROWS) throw full()
  const memory = column.buffer as ArrayBuffer
  memory.resize((row + values.length) * F64)
  column.set(values, row)
}

function full(): KestrelError {
  return new KestrelError({
    code: 'KERNEL_COLUMN_FULL',
    message: `A live series holds at most ${MOST_ROWS} rows. The row was not taken in.`,
    hint: 'Start a new session: it warms up from the newest rows alone.',
  })
}
