import { crc32 } from 'node:zlib'

/** What must agree between two readers of a column: its length, its sum and the CRC-32 of its float64 bytes. */
export interface ColumnFingerprint {
  readonly rows: number
  /** Exact sum as text: that of a million times does not fit a float64. */
  readonly sum: string
  readonly crc: string
}

const HALF = 2 ** 26

/** Fingerprint of a column of whole numbers. Assumes a little-endian machine. */
export function columnFingerprint(column: Float64Array): ColumnFingerprint {
  // In halves of 2^26, whose sums stay exact.
  let high = 0
  let low = 0
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number
    const upper = Math.floor(value / HALF)
    high += upper
    low += value - upper * HALF
  }
  const sum = BigInt(high) * BigInt(HALF) + BigInt(low)
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
  return { rows: column.length, sum: sum.toString(), crc: crc32(bytes).toString(16).padStart(8, '0') }
}

/** Fingerprints of named columns, as a cell's outcome. */
export function fingerprints(columns: Readonly<Record<string, Float64Array>>): Record<string, ColumnFingerprint> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, columnFingerprint(column)]))
}
