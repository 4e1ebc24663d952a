import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { START_MS } from '../test/kernel-run.ts'
import { seriesOf } from '../test/market-rows.ts'
import { knownRows } from './known-rows.ts'

/** What a reader at an instant knows, worked out the slow way: of the latest event known by then the last version. */
function readingAt(rows: readonly (readonly [eventMs: number, knowableMs: number])[], nowMs: number): number {
  const known = [...rows.entries()].filter(([, [, knowableMs]]) => knowableMs <= nowMs)
  const latest = Math.max(...known.map(([, [eventMs]]) => eventMs))
  const versions = known.filter(([, [eventMs]]) => eventMs === latest)
  return versions.toSorted(([i, a], [j, b]) => a[1] - b[1] || i - j).at(-1)?.[0] ?? -1
}

const row = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })).map(([eventMs, delayMs]) => {
  return [eventMs, eventMs + delayMs] as const
})

describe('rows in the order in which they could be known', () => {
  test('give at every instant the last version of the latest event known by then', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (given) => {
        const events = given.map(([eventMs]) => eventMs)
        const series = seriesOf(
          events,
          { value: events },
          given.map(([, knowableMs]) => knowableMs),
        )
        const { knowableTimeMs, row: rows, newest } = knownRows(series, 'The series')
        expect([...rows].toSorted((a, b) => a - b)).toEqual([...given.keys()])
        for (let nowMs = 0; nowMs <= 18; nowMs++) {
          const visible = knowableTimeMs.findLastIndex((each) => each <= nowMs)
          expect(visible < 0 ? -1 : newest[visible]).toBe(readingAt(given, nowMs))
        }
      }),
    )
  })

  test.each([
    ['no knowable time', [START_MS, Number.NaN]],
    ['a knowable time before its own', [START_MS, START_MS - 1]],
    ['no end to its knowable time', [START_MS, Infinity]],
    ['no time of its own', [Number.NaN, START_MS]],
  ])('refuse a row with %s', (_, [eventMs, knowableMs]) => {
    const series = seriesOf([START_MS, eventMs as number], { value: [1, 2] }, [START_MS, knowableMs as number])
    expect(() => knownRows(series, 'The series greed')).toThrow(
      expect.objectContaining({
        code: 'KERNEL_SERIES_TIME',
        message: expect.stringMatching(/^The series greed .* row 2/),
      }),
    )
  })
})
