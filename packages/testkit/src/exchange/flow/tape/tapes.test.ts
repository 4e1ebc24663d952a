import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Side } from '../../core/order-types.ts'
import { BarTape } from './bar-tape.ts'
import { barEnd, barStart, emptyBar } from './exact-bar.ts'
import { LevelBook } from './level-book.ts'
import type { PublicTrade } from './public-trade.ts'
import { TradeTape } from './trade-tape.ts'

const START_MS = Date.UTC(2024, 1, 28, 23, 58, 10)

/** Trades in order of time, some of them of one taker in one millisecond. */
const tradesOf = fc
  .array(
    fc.record({
      waitMs: fc.constantFrom(0, 0, 1, 400, 61_000),
      priceTicks: fc.integer({ min: 100, max: 103 }),
      qtyLots: fc.integer({ min: 1, max: 9 }),
      takerSide: fc.constantFrom<Side>('buy', 'sell'),
      orderId: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    let tsMs = START_MS
    return rows.map(({ waitMs, priceTicks, qtyLots, takerSide, orderId }, index): PublicTrade => {
      tsMs += waitMs
      const [buyOrderId, sellOrderId] = takerSide === 'buy' ? [orderId, 99] : [99, orderId]
      return { id: index + 1, tsMs, priceTicks, qtyLots, takerSide, buyOrderId, sellOrderId }
    })
  })

describe('aggregate trades', () => {
  test('hold every trade once, of one taker order, price and millisecond each', () => {
    fc.assert(
      fc.property(tradesOf, (trades) => {
        const tape = new TradeTape()
        for (const trade of trades) tape.append(trade)
        const aggregates = tape.latestAggregates(1_000)
        expect(aggregates.flatMap(({ firstId, lastId }) => trades.slice(firstId - 1, lastId))).toEqual(trades)
        for (const { firstId, lastId, qtyLots, priceTicks, tsMs, takerSide } of aggregates) {
          const inside = trades.slice(firstId - 1, lastId)
          expect(inside.reduce((sum, each) => sum + each.qtyLots, 0)).toBe(qtyLots)
          for (const each of inside) expect(each).toMatchObject({ priceTicks, tsMs, takerSide })
          // Trades of unknown orders are never put together.
          if (inside.some((each) => Math.min(each.buyOrderId, each.sellOrderId) === 0)) expect(inside).toHaveLength(1)
        }
      }),
    )
  })

  test('are found by number and by time, both ends inclusive', () => {
    const tape = new TradeTape()
    for (let id = 1; id <= 10; id++) {
      const row = { id, tsMs: START_MS + id, priceTicks: 100, qtyLots: 1, takerSide: 'buy' as const }
      tape.append({ ...row, buyOrderId: id, sellOrderId: 99 })
    }
    const ids = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id)
    expect(ids(tape.aggregatesFrom(4, 3))).toEqual([4, 5, 6])
    expect(ids(tape.tradesFrom(9, 5))).toEqual([9, 10])
    expect(ids(tape.aggregatesBetween(START_MS + 3, START_MS + 5, 9))).toEqual([3, 4, 5])
    expect(ids(tape.aggregatesBetween(START_MS + 11, START_MS + 20, 9))).toEqual([])
  })

  test('are forgotten beyond what is kept, oldest first', () => {
    const tape = new TradeTape(5)
    for (let id = 1; id <= 23; id++) {
      const row = { id, tsMs: START_MS + id, priceTicks: 100, qtyLots: 1, takerSide: 'buy' as const }
      tape.append({ ...row, buyOrderId: id, sellOrderId: 99 })
    }
    const kept = tape.latest(100).map(({ id }) => id)
    expect(kept.length).toBeGreaterThanOrEqual(5)
    expect(kept.length).toBeLessThanOrEqual(10)
    expect(kept.at(-1)).toBe(23)
  })
})

describe('bars', () => {
  test('hold every trade, minutes without one are flat, and any length is the sum of its trades', () => {
    fc.assert(
      fc.property(
        tradesOf,
        fc.constantFrom<number | 'month'>(60_000, 180_000, 3_600_000, 86_400_000, 'month'),
        (trades, length) => {
          const tape = new BarTape(START_MS, 101)
          for (const trade of trades) tape.append(trade)
          const nowMs = (trades.at(-1)?.tsMs ?? START_MS) + 120_000
          const bars = tape.barsFrom(0, Number.MAX_SAFE_INTEGER, length, nowMs, 10_000)
          expect(bars[0]?.openTimeMs).toBe(barStart(START_MS, length))
          let last = 101
          bars.forEach((bar, index) => {
            if (index > 0) expect(bar.openTimeMs).toBe(barEnd(bars[index - 1]?.openTimeMs ?? 0, length))
            const inside = trades.filter(({ tsMs }) => barStart(tsMs, length) === bar.openTimeMs)
            const prices = inside.map(({ priceTicks }) => priceTicks)
            if (inside.length === 0) expect(bar).toEqual(emptyBar(bar.openTimeMs, last))
            else {
              expect([bar.openTicks, bar.highTicks, bar.lowTicks, bar.closeTicks]).toEqual([
                prices[0],
                Math.max(...prices),
                Math.min(...prices),
                prices.at(-1),
              ])
              expect([bar.firstId, bar.lastId, bar.trades]).toEqual([inside[0]?.id, inside.at(-1)?.id, inside.length])
            }
            expect(bar.lots).toBe(inside.reduce((sum, { qtyLots }) => sum + qtyLots, 0))
            last = bar.closeTicks
          })
          expect(tape.barsUntil(nowMs, length, nowMs, 3)).toEqual(bars.slice(-3))
        },
      ),
    )
  })

  test('months are calendar months', () => {
    expect(barStart(Date.UTC(2024, 1, 29, 12), 'month')).toBe(Date.UTC(2024, 1, 1))
    expect(barEnd(Date.UTC(2024, 1, 1), 'month')).toBe(Date.UTC(2024, 2, 1))
  })
})

test('a book of levels equals a plain map of totals, and tells when a touch changed', () => {
  const change = fc.record({
    side: fc.constantFrom<Side>('buy', 'sell'),
    priceTicks: fc.integer({ min: 1, max: 12 }),
    qtyLots: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
      const book = new LevelBook(7)
      const plain = { buy: new Map<number, number>(), sell: new Map<number, number>() }
      const sorted = (side: Side): number[][] =>
        [...plain[side]].sort((a, b) => (side === 'buy' ? b[0] - a[0] : a[0] - b[0]))
      changes.forEach(({ side, priceTicks, qtyLots }, index) => {
        const before = JSON.stringify(sorted(side)[0])
        if (qtyLots === 0) plain[side].delete(priceTicks)
        else plain[side].set(priceTicks, qtyLots)
        const isTouch = book.apply(8 + index, side, priceTicks, qtyLots)
        expect(isTouch).toBe(JSON.stringify(sorted(side)[0]) !== before)
      })
      for (const side of ['buy', 'sell'] as const)
        expect(book.top(side, 100).map((level) => [level.priceTicks, level.qtyLots])).toEqual(sorted(side))
      expect(book.updateId).toBe(7 + changes.length)
    }),
  )
})
