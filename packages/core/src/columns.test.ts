import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allocateBars, lowerBound, sliceBars } from './columns.ts'

test('lowerBound finds the first value that is not smaller', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 51 }), (values, target) => {
      const column = Float64Array.from(values).sort()
      const found = column.findIndex((value) => value >= target)
      expect(lowerBound(column, target)).toBe(found < 0 ? column.length : found)
    }),
  )
})

test('bars lie on shared memory and slices on the same', () => {
  const bars = allocateBars(4)
  expect(bars.close.buffer).toBeInstanceOf(SharedArrayBuffer)
  bars.close.set([1, 2, 3, 4])
  expect([...sliceBars(bars, 1, 3).close]).toEqual([2, 3])
  expect(sliceBars(bars, 1, 3).close.buffer).toBe(bars.close.buffer)
})
