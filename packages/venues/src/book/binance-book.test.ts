import { describe, expect, test } from 'vitest'
import { BinanceBook } from './binance-book.ts'
import { sidesOf } from './order-book.fixture.ts'
import type { LevelText } from './read-levels.ts'

type Levels = readonly LevelText[]

const event = (U: number, u: number, b: Levels = [], a: Levels = [], pu?: number): object => ({
  e: 'depthUpdate',
  E: u,
  s: 'BTCUSDT',
  U,
  u,
  ...(pu === undefined ? {} : { pu }),
  b,
  a,
})
const snapshot = (lastUpdateId: number, bids: Levels, asks: Levels): object => ({ lastUpdateId, bids, asks })
const BIDS: Levels = [['10', '1']]
const ASKS: Levels = [['11', '1']]

describe('spot', () => {
  test('applies what waited and is later than the snapshot, drops the rest', () => {
    const book = new BinanceBook('BTCUSDT', 'spot')
    expect(book.take(event(1, 4, [['9', '5']])).kind).toBe('waiting')
    expect(book.take(event(5, 8, [['9.5', '2']])).kind).toBe('waiting')
    expect(book.isReady).toBe(false)
    expect(book.takeSnapshot(snapshot(6, BIDS, ASKS))).toEqual({ kind: 'applied', isSnapshot: true })
    expect(
      book.take(
        event(
          9,
          9,
          [],
          [
            ['11', '0'],
            ['12', '1'],
          ],
        ),
      ).kind,
    ).toBe('applied')
    expect(sidesOf(book.book)).toEqual({
      bids: [
        ['10', '1'],
        ['9.5', '2'],
      ],
      asks: [['12', '1']],
    })
    expect(book.lastId).toBe(9)
    expect(book.tsEventMs).toBe(9)
  })

  test('tells a gap, is empty then, and goes on with the next snapshot from the change that showed it', () => {
    const book = new BinanceBook('BTCUSDT', 'spot')
    book.takeSnapshot(snapshot(6, BIDS, ASKS))
    expect(book.take(event(8, 9, [['9', '3']]))).toMatchObject({ kind: 'broken', fault: 'gap' })
    expect(sidesOf(book.book)).toEqual({ bids: [], asks: [] })
    expect(book.take(event(10, 10)).kind).toBe('waiting')
    // Too old still: the change numbered 7 is in neither.
    expect(book.takeSnapshot(snapshot(6, BIDS, ASKS))).toMatchObject({ kind: 'broken', fault: 'gap' })
    expect(book.takeSnapshot(snapshot(7, BIDS, ASKS)).kind).toBe('applied')
    expect(book.lastId).toBe(10)
    expect(book.book.bids.map(({ price }) => price)).toEqual([10, 9])
  })

  test('a snapshot replaces; one that is older than the book does nothing', () => {
    const book = new BinanceBook('BTCUSDT', 'spot')
    book.takeSnapshot(snapshot(6, BIDS, ASKS))
    expect(book.takeSnapshot(snapshot(5, [['1', '1']], [])).kind).toBe('old')
    book.takeSnapshot(snapshot(20, [['7', '1']], [['8', '1']]))
    expect(sidesOf(book.book)).toEqual({ bids: [['7', '1']], asks: [['8', '1']] })
  })

  test('tells a crossed book and what cannot be read', () => {
    const book = new BinanceBook('BTCUSDT', 'spot')
    expect(book.takeSnapshot(snapshot(6, [['11', '1']], ASKS))).toMatchObject({ fault: 'crossed' })
    book.takeSnapshot(snapshot(6, BIDS, ASKS))
    expect(book.take(event(7, 7, [['11', '1']]))).toMatchObject({ fault: 'crossed' })
    expect(book.takeSnapshot({ lastUpdateId: 7, bids: [['1']], asks: [] })).toMatchObject({ fault: 'malformed' })
    expect(book.take(event(8, 8, [['NaN', '1']]))).toMatchObject({ fault: 'malformed' })
    expect(book.take({ ...event(9, 9), u: 8 })).toMatchObject({ fault: 'malformed' })
    expect(book.isReady).toBe(false)
  })

  test('leaves other messages alone: other symbols, futures, acknowledgements', () => {
    const book = new BinanceBook('BTCUSDT', 'spot')
    const others = [null, 1, 'x', { result: null, id: 1 }, { ...event(1, 2), s: 'ETHUSDT' }, event(1, 2, [], [], 0)]
    for (const message of others) expect(book.take(message).kind).toBe('foreign')
    expect(book.take({ stream: 'btcusdt@depth', data: event(1, 2) }).kind).toBe('waiting')
  })
})

describe('futures', () => {
  test('joins by the number of the event before, though the numbers themselves leave some out', () => {
    const book = new BinanceBook('BTCUSDT', 'futures')
    book.take(event(90, 95, [['9', '1']], [], 80))
    book.take(event(105, 110, [['9.1', '1']], [], 95))
    expect(book.takeSnapshot(snapshot(100, BIDS, ASKS)).kind).toBe('applied')
    expect(book.book.bids.map(({ price }) => price)).toEqual([10, 9.1])
    expect(book.take(event(115, 120, [], [], 110)).kind).toBe('applied')
    expect(book.take(event(115, 120, [], [], 110)).kind).toBe('old')
    expect(book.take(event(125, 130, [], [], 121))).toMatchObject({ kind: 'broken', fault: 'gap' })
  })

  test('reads long numbers that ccxt hands on as text', () => {
    const book = new BinanceBook('BTCUSDT', 'futures')
    book.takeSnapshot(snapshot(5_032_479_291_700_001, BIDS, ASKS))
    const next = { ...event(0, 0), U: '5032479291700002', u: '5032479291700003', pu: '5032479291700001' }
    expect(book.take(next).kind).toBe('applied')
  })
})
