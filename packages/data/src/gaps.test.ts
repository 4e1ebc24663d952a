import fc from 'fast-check'
import { expect, test } from 'vitest'

import { range, SAMPLE_START_MS, sampleBars } from '../test/sample-data.ts'
import { clipGaps, findGaps } from './gaps.ts'

const HOUR = 3_600_000
const KEY = { instrument: 'BTC-USDT.TEST', kind: 'bars', timeframe: '1h' } as const
const at = (hour: number): number => SAMPLE_START_MS + hour * HOUR

test('no gap without rows, with one row, or with every row', () => {
  for (const positions of [[], [5], range(0, 20)])
    expect(findGaps(sampleBars(positions, '1h').openTimeMs, HOUR)).toEqual([])
})

test('present and missing bars together are every bar of the span', () => {
  const positions = fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(positions, (drawn) => {
      const sorted = [...drawn].sort((a, b) => a - b)
      const gaps = findGaps(sampleBars(sorted, '1h').openTimeMs, HOUR)
      const missing = gaps.flatMap(({ fromMs, count }) =>
        range(0, count).map((i) => (fromMs - SAMPLE_START_MS) / HOUR + i),
      )
      const all = [...sorted, ...missing].sort((a, b) => a - b)
      expect(all).toEqual(range(sorted[0] ?? 0, (sorted.at(-1) ?? 0) + 1))
      for (const { fromMs, toMs, count } of gaps) expect(toMs - fromMs).toBe(count * HOUR)
    }),
  )
})

test.each([
  [0, 100, [10, 20, 10]],
  [12, 15, [12, 15, 3]],
  [12, 100, [12, 20, 8]],
  [0, 11, [10, 11, 1]],
  [0, 10, undefined],
  [20, 30, undefined],
  // A window that cuts through a bar: the bar belongs to it where its open time does.
  [12.5, 14.5, [13, 15, 2]],
  [19.5, 30, undefined],
])('the window %s h to %s h sees its part of a gap from 10 h to 20 h', (from, to, seen) => {
  const gap = { kind: 'missing', fromMs: at(10), toMs: at(20), count: 10, reason: 'r', source: 's' } as const
  const clipped = clipGaps([gap], at(from), at(to), KEY)
  expect(clipped.map(({ fromMs, toMs, count }) => [(fromMs - at(0)) / HOUR, (toMs - at(0)) / HOUR, count])).toEqual(
    seen === undefined ? [] : [seen],
  )
})

test('entries of other kinds are given whole', () => {
  const entry = { kind: 'duplicate', fromMs: at(0), toMs: at(9), count: 2, reason: 'r', source: 's' } as const
  expect(clipGaps([entry], at(3), at(4), KEY)).toEqual([entry])
  expect(clipGaps([entry], at(9), at(14), KEY)).toEqual([])
})
