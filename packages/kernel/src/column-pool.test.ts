import { expect, test } from 'vitest'
import { ColumnPool } from './column-pool.ts'

test('gives out a column of the asked length once, fresh where it has none', () => {
  const pool = new ColumnPool()
  const column = new Float64Array(3)
  pool.give(column)
  expect(pool.take(4)).toEqual(new Float64Array(4))
  expect(pool.take(3)).toBe(column)
  expect(pool.take(3)).not.toBe(column)
})

test('keeps columns of one length, and no more than a limit', () => {
  const pool = new ColumnPool()
  const short = new Float64Array(3)
  const long = new Float64Array(1 << 24)
  pool.give(short)
  pool.give(long)
  expect(pool.take(3)).not.toBe(short)
  pool.give(new Float64Array(1 << 24))
  const third = new Float64Array(1 << 24)
  pool.give(third)
  expect([pool.take(1 << 24), pool.take(1 << 24), pool.take(1 << 24)]).not.toContain(third)
})
