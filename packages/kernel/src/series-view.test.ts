import { describe, expect, test } from 'vitest'
import { ClosedBar, type Cursor, type SeriesView, seriesView } from './series-view.ts'
import { barsOf, BTC } from '../test/kernel-run.ts'
import { Feed } from './feed.ts'

const COLUMN = Float64Array.of(10, 11, 12, 13, 14)

function viewAt(index: number): SeriesView {
  const cursor: Cursor = { index, closeTimeMs: Float64Array.of(1, 2, 3, 4, 5) }
  return seriesView(COLUMN, cursor)
}

describe('a view of a series', () => {
  test('reads the newest closed value and those before it', () => {
    const view = viewAt(2)
    expect([view.value, view.previous, view.length, view.ready]).toEqual([12, 11, 3, true])
    expect([view.at(0), view.at(1), view.at(2), view.at(3)]).toEqual([12, 11, 10, Number.NaN])
  })

  test('is NaN before the first bar', () => {
    const view = viewAt(-1)
    expect([view.value, view.previous, view.at(0), view.length, view.ready]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0,
      false,
    ])
    expect(view.window(3)).toEqual(new Float64Array(0))
  })

  test('gives windows as copies, oldest first, shorter where history is short', () => {
    const view = viewAt(2)
    expect(view.window(2)).toEqual(Float64Array.of(11, 12))
    expect(view.window(10)).toEqual(Float64Array.of(10, 11, 12))
    expect(view.window(0)).toEqual(new Float64Array(0))
    const copy = view.window(3)
    copy.fill(0)
    expect(view.value).toBe(12)
    expect(copy.buffer.byteLength).toBe(24)
  })

  test.each([[-1], [0.5], [Number.NaN], [Infinity], [-Infinity]])('refuses %s bars ago', (ago) => {
    expect(() => viewAt(2).at(ago)).toThrow(expect.objectContaining({ code: 'KERNEL_LOOK_AHEAD' }))
    expect(() => viewAt(2).window(ago)).toThrow(expect.objectContaining({ code: 'KERNEL_LOOK_AHEAD' }))
  })
})

test('the bar of a feed moves with its cursor', () => {
  const columns = barsOf([100, 200])
  const feed = new Feed(BTC, 0, '1h', true, columns, { index: -1, closeTimeMs: columns.closeTimeMs })
  const bar = new ClosedBar(feed.view)
  feed.cursor.index = 0
  expect([bar.close, bar.high, bar.low, bar.volume]).toEqual([100, 101, 99, 10])
  feed.cursor.index = 1
  expect([bar.close, bar.instrument, bar.timeframe, bar.closeTimeMs - bar.openTimeMs]).toEqual([
    200,
    BTC,
    '1h',
    3_600_000,
  ])
})
