import { createHash } from 'node:crypto'

import { expect, test } from 'vitest'

import { hashColumns } from './column-hash.ts'
import type { NamedColumn } from './named-column.ts'

/** The definition written once more, value by value with a DataView. */
function hashByDefinition(columns: readonly NamedColumn[]): string {
  const hash = createHash('sha256').update('kestrel-columns-1\n')
  for (const { name, type, values } of columns) {
    hash.update(`${name}:${type}:${values.length}\n`)
    for (const value of values) {
      const bytes = new DataView(new ArrayBuffer(type === 'int8' ? 1 : 8))
      if (type === 'int8') bytes.setInt8(0, value)
      else if (type === 'int64') bytes.setBigInt64(0, BigInt(value), true)
      else bytes.setFloat64(0, value, true)
      hash.update(new Uint8Array(bytes.buffer))
    }
  }
  return hash.digest('hex')
}

test('is SHA-256 over headers and little-endian values, also across blocks', () => {
  const n = 40_000
  const columns: NamedColumn[] = [
    { name: 't', type: 'int64', values: Float64Array.from({ length: n }, (_, i) => (i - 20_000) * 450_359_962_737) },
    { name: 'p', type: 'float64', values: Float64Array.from({ length: n }, (_, i) => Math.sqrt(i)) },
    { name: 's', type: 'int8', values: Int8Array.from({ length: n }, (_, i) => (i % 3) - 1) },
  ]
  expect(hashColumns(columns)).toBe(hashByDefinition(columns))
})

// Worked out with Python: hashlib.sha256(b'kestrel-columns-1\na:float64:2\n' + struct.pack('<2d', 1.5, -2)).hexdigest()
test('gives what another implementation gives', () => {
  expect(hashColumns([{ name: 'a', type: 'float64', values: Float64Array.of(1.5, -2) }])).toBe(
    'a5c1c376411bc064061ce4d6ee0e70d317a339366a56632f895358501f072012',
  )
})
