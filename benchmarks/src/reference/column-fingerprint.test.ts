import { expect, test } from 'vitest'
import { columnFingerprint } from './column-fingerprint.ts'

test('gives length, exact sum, and the CRC of the bytes', () => {
  // CRC-32 of 24 bytes, from Python: zlib.crc32(struct.pack('<3d', 5, 7, 6)).
  expect(columnFingerprint(Float64Array.of(5, 7, 6))).toEqual({ rows: 3, sum: '18', crc: 'cc4b9f62' })
})

test('reads a view of a larger buffer as its own', () => {
  const all = Float64Array.of(1, 5, 7, 6, 9)
  expect(columnFingerprint(all.subarray(1, 4))).toEqual(columnFingerprint(Float64Array.of(5, 7, 6)))
})

test('tells two orders of the same values apart', () => {
  expect(columnFingerprint(Float64Array.of(5, 7, 6)).crc).not.toBe(columnFingerprint(Float64Array.of(5, 6, 7)).crc)
})

test('sums exactly what a float64 cannot hold', () => {
  const times = Float64Array.from({ length: 9_999 }, (_, i) => 1_600_000_020_001 + i)
  const exact = times.reduce((sum, time) => sum + BigInt(time), 0n)
  expect(columnFingerprint(times).sum).toBe(exact.toString())
})
