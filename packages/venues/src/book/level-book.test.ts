import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LevelBook } from './level-book.ts'
import { sidesOf } from './order-book.fixture.ts'
import type { LevelText } from './read-levels.ts'

const level = fc.tuple(fc.integer({ min: 1, max: 40 }).map(String), fc.integer({ min: 0, max: 3 }).map(String))

test('holds what a map by price holds, best first', () => {
  fc.assert(
    fc.property(fc.array(level), fc.array(level), fc.array(level), (snapshot, bids, asks) => {
      const book = new LevelBook()
      book.change([['7', '1']], [['8', '1']])
      book.replace(snapshot, [])
      book.change(bids, asks)
      const sorted = (levels: readonly LevelText[], sign: 1 | -1): LevelText[] =>
        [...new Map(levels)]
          .filter(([, quantity]) => quantity !== '0')
          .toSorted(([a], [b]) => (Number(a) - Number(b)) * sign)
      expect(sidesOf(book)).toEqual({ bids: sorted([...snapshot, ...bids], -1), asks: sorted(asks, 1) })
      const [bid, ask] = [book.bids[0]?.price ?? -Infinity, book.asks[0]?.price ?? Infinity]
      expect(book.isCrossed).toBe(bid >= ask)
    }),
  )
})

test('keeps the venue’s digits, and one level where a price is written in two ways', () => {
  const book = new LevelBook()
  book.change([['1.50', '2.000']], [])
  expect(sidesOf(book).bids).toEqual([['1.50', '2.000']])
  book.change([['1.5', '3']], [])
  expect(sidesOf(book).bids).toEqual([['1.5', '3']])
})

test('drops what lies behind its depth', () => {
  const book = new LevelBook()
  book.change(
    [
      ['1', '1'],
      ['3', '1'],
      ['2', '1'],
    ],
    [['4', '1']],
  )
  book.cut(2)
  expect(sidesOf(book)).toEqual({
    bids: [
      ['3', '1'],
      ['2', '1'],
    ],
    asks: [['4', '1']],
  })
})
