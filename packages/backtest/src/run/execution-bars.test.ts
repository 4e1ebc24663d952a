import { expect, test } from 'vitest'
import { barsOf, START_MS } from '../../test/scripted-run.ts'
import { refineBars, windowOf } from './execution-bars.ts'

const HALF = 1_800_000
const coarse = barsOf([
  [1, 1, 1, 1],
  [2, 2, 2, 2],
  [3, 3, 3, 3],
])

test('puts finer bars in the place of the coarse ones that they cover', () => {
  const fine = barsOf(
    [
      [10, 10, 10, 10],
      [11, 11, 11, 11],
      [12, 12, 12, 12],
      [13, 13, 13, 13],
    ],
    HALF,
  )
  const { bars, refined } = refineBars(coarse, fine, false)
  expect(refined).toBe(2)
  expect([...bars.close]).toEqual([10, 11, 12, 13, 3])
  expect([...bars.closeTimeMs]).toEqual([1, 2, 3, 4, 6].map((half) => START_MS + half * HALF))
})

test('a hole keeps the coarse bar, unless no row means no trade', () => {
  const fine = barsOf(
    [
      [10, 10, 10, 10],
      [11, 11, 11, 11],
      [12, 12, 12, 12],
    ],
    HALF,
  )
  expect([...refineBars(coarse, fine, false).bars.close]).toEqual([10, 11, 2, 3])
  expect([...refineBars(coarse, fine, true).bars.close]).toEqual([10, 11, 12, 3])
})

test('without any cover the coarse bars are used as they are', () => {
  const elsewhere = barsOf([[9, 9, 9, 9]], HALF)
  elsewhere.openTimeMs[0] = START_MS - HALF
  elsewhere.closeTimeMs[0] = START_MS
  expect(refineBars(coarse, elsewhere, false).bars).toBe(coarse)
})

test('a window holds the bars that open in it and close by its end', () => {
  expect([...windowOf(coarse, START_MS + 1, START_MS + 3 * 3_600_000).close]).toEqual([2, 3])
  expect([...windowOf(coarse, START_MS, START_MS + 3 * 3_600_000 - 1).close]).toEqual([1, 2])
})
