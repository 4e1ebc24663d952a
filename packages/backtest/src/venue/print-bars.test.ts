import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printBars } from './print-bars.ts'
import { tradesOf } from './trades.fixture.ts'

describe('bars of one millisecond', () => {
  test('hold all trades of their millisecond', () => {
    const { bars, firstTrade, volumeBefore } = printBars(
      tradesOf([1_000, 10, 1], [1_400, 12, 2], [1_999, 11, 3], [2_000, 9, 4], [7_000, 8, 5]),
      'X',
    )
    expect([...bars.openTimeMs]).toEqual([1, 2, 7])
    expect([...bars.closeTimeMs]).toEqual([2, 3, 8])
    expect([...bars.open]).toEqual([10, 9, 8])
    expect([...bars.high]).toEqual([12, 9, 8])
    expect([...bars.low]).toEqual([10, 9, 8])
    expect([...bars.close]).toEqual([11, 9, 8])
    expect([...bars.volume]).toEqual([6, 4, 5])
    expect([...firstTrade]).toEqual([0, 3, 4, 5])
    expect([...volumeBefore]).toEqual([0, 6, 10, 15])
  })

  test('are in order and lose nothing, whatever the trades', () => {
    const trade = fc.tuple(
      fc.integer({ min: 0, max: 9_000 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    )
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 60 }), (given) => {
        const rows = given.toSorted(([a], [b]) => a - b)
        const { bars, firstTrade } = printBars(tradesOf(...rows), 'X')
        const milliseconds = new Set(rows.map(([timeUs]) => Math.floor(timeUs / 1_000)))
        expect([...bars.openTimeMs]).toEqual([...milliseconds])
        bars.openTimeMs.forEach((_, b) => {
          const inside = rows.slice(firstTrade[b], firstTrade[b + 1])
          const prices = inside.map(([, price]) => price)
          expect(bars.high[b]).toBe(Math.max(...prices))
          expect(bars.low[b]).toBe(Math.min(...prices))
          expect(bars.volume[b]).toBe(inside.reduce((sum, [, , quantity]) => sum + quantity, 0))
        })
      }),
    )
  })

  test.each([
    [
      'out of order',
      [
        [2_000, 1, 1],
        [1_000, 1, 1],
      ],
      [1, 2],
      'trade 2 of 1970-01-01T00:00:00.001Z comes after trade 1 of 1970-01-01T00:00:00.002Z',
    ],
    [
      'with the same id',
      [
        [1_000, 1, 1],
        [2_000, 1, 1],
      ],
      [5, 5],
      'trade 5 of 1970-01-01T00:00:00.002Z comes twice',
    ],
    ['without a price', [[1_000, Number.NaN, 1]], [1], 'has no usable time, price or quantity'],
    [
      'without a time',
      [
        [1_000, 1, 1],
        [Number.NaN, 1, 1],
      ],
      [1, 2],
      'trade 2 of NaN has no usable time',
    ],
  ] as const)('trades %s are refused', (_, rows, ids, message) => {
    const trades = tradesOf(...(rows as readonly (readonly [number, number, number])[]))
    trades.id.set(ids)
    expect(() => printBars(trades, 'BTC-USDT.TEST')).toThrow(
      expect.objectContaining({ code: 'BACKTEST_TRADES', message: expect.stringContaining(message) }),
    )
  })
})
