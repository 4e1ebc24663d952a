import type { BarColumns } from '@kestrel/core'

/**
 * A column as it is written: numbers that rise by a step, differences of whole numbers of 10^-decimals, or any numbers as
 * they are in memory. Bytes are base64.
 */
type PackedColumn =
  | { readonly from: number; readonly step: number }
  | { readonly decimals: number; readonly deltas: string }
  | { readonly float64: string }

/** Bars as a journal keeps many of them: in a tenth of the room that rows of text take. */
export interface PackedBars {
  readonly rows: number
  readonly columns: Readonly<Record<keyof BarColumns, PackedColumn>>
}

/** Most decimals of prices and volumes that are written as differences. */
const MOST_DECIMALS = 8
/** Differences beyond this do not fit into the whole numbers that shift. */
const MOST_DELTA = 2 ** 30
/** Seven bits a byte; the eighth says that there is another one. */
const MOST_BYTES = 5
const LOW_BITS = 0x7f
const MORE = 0x80

/** Packs bars, bit for bit. O(n). */
export function packBars(bars: BarColumns): PackedBars {
  const columns = Object.entries(bars).map(([name, column]) => [name, packed(column)])
  return { rows: bars.close.length, columns: Object.fromEntries(columns) as PackedBars['columns'] }
}

/** What {@link packBars} packed. */
export function unpackBars({ rows, columns }: PackedBars): BarColumns {
  const bars = Object.entries(columns).map(([name, column]) => [name, unpacked(column, rows)])
  return Object.fromEntries(bars) as BarColumns
}

function packed(column: Float64Array): PackedColumn {
  const [from = 0, second = from] = column
  const step = second - from
  if (isRising(column, from, step)) return { from, step }
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const deltas = deltasOf(column, 10 ** decimals)
    if (deltas !== undefined) return { decimals, deltas: deltas.toString('base64') }
  }
  return { float64: Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64') }
}

function unpacked(column: PackedColumn, rows: number): Float64Array {
  if ('from' in column) return Float64Array.from({ length: rows }, (_, i) => column.from + i * column.step)
  if ('deltas' in column) return summed(Buffer.from(column.deltas, 'base64'), 10 ** column.decimals, rows)
  return new Float64Array(Uint8Array.from(Buffer.from(column.float64, 'base64')).buffer)
}

/** Of sums of whole numbers alone it is certain that they come out as they were. */
function isRising(column: Float64Array, from: number, step: number): boolean {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(step)) return false
  for (let i = 0; i < column.length; i++) if (!Object.is(column[i], from + i * step)) return false
  return true
}

/** Undefined where a number is no whole number of `1 / scale`, exactly, or jumps too far. */
function deltasOf(column: Float64Array, scale: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(column.length * MOST_BYTES)
  let length = 0
  let before = 0
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number
    const whole = Math.round(value * scale)
    const delta = whole - before
    const isExact = whole / scale === value && delta > -MOST_DELTA && delta < MOST_DELTA
    if (!isExact || (value === 0 && Object.is(value, -0))) return undefined
    before = whole
    // Small numbers of either sign to small numbers.
    let rest = (delta << 1) ^ (delta >> 31)
    for (; rest > LOW_BITS; rest >>>= 7) bytes[length++] = (rest & LOW_BITS) | MORE
    bytes[length++] = rest
  }
  return bytes.subarray(0, length)
}

function summed(bytes: Uint8Array, scale: number, rows: number): Float64Array {
  const column = new Float64Array(rows)
  let at = 0
  let whole = 0
  for (let i = 0; i < rows; i++) {
    let bits = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number
      bits |= (byte & LOW_BITS) << shift
      if ((byte & MORE) === 0) break
    }
    whole += (bits >>> 1) ^ -(bits & 1)
    column[i] = whole / scale
  }
  return column
}
