import { describe, expect, test } from 'vitest'
import { bybitBook } from './bybit-book.ts'
import { krakenBook, krakenChecksum } from './kraken-book.ts'
import { LevelBook } from './level-book.ts'
import { okxBook, okxChecksum } from './okx-book.ts'
import { sidesOf } from './order-book.fixture.ts'
import type { LevelText } from './read-levels.ts'

type Levels = readonly LevelText[]

describe('OKX', () => {
  const message = (action: string, row: object): object => ({
    arg: { channel: 'books', instId: 'BTC-USDT' },
    action,
    data: [{ bids: [], asks: [], ts: '1', ...row }],
  })
  const start = message('snapshot', { bids: [['10', '1', '0', '1']], asks: [['11', '1', '0', '1']], seqId: 5 })

  // Source: OKX API v5 documentation, "Checksum": the string that is checked, of which the CRC32 is taken.
  test('its checksum is of bids and asks in turn, then of the longer side', () => {
    const bids: Levels = [
      ['3366.1', '7'],
      ['3366', '6'],
    ]
    const asks: Levels = [
      ['3366.8', '9'],
      ['3368', '8'],
      ['3372', '8'],
    ]
    const book = new LevelBook()
    book.change(bids, asks)
    const text = '3366.1:7:3366.8:9:3366:6:3368:8:3372:8'
    const other = new LevelBook()
    other.change([['3366.1', '7']], asks)
    expect(okxChecksum(book)).toBe(signedCrc32(text))
    expect(okxChecksum(other)).toBe(signedCrc32('3366.1:7:3366.8:9:3368:8:3372:8'))
  })

  test('numbers chain: a gap is told, a repetition is old, a message without changes counts', () => {
    const book = okxBook('BTC-USDT')
    expect(book.take(message('update', { seqId: 6, prevSeqId: 5 })).kind).toBe('waiting')
    expect(book.take(start)).toEqual({ kind: 'applied', isSnapshot: true })
    const next = message('update', { bids: [['10', '2']], seqId: 7, prevSeqId: 5 })
    expect(book.take(next).kind).toBe('applied')
    expect(book.take(next).kind).toBe('old')
    expect(book.take(message('update', { seqId: 7, prevSeqId: 7 })).kind).toBe('applied')
    expect(book.take(message('update', { seqId: 9, prevSeqId: 8 }))).toMatchObject({ fault: 'gap' })
    expect(book.isReady).toBe(false)
    // After maintenance numbers begin anew.
    book.take(start)
    expect(book.take(message('update', { seqId: 1, prevSeqId: 5 })).kind).toBe('applied')
  })

  test('a wrong checksum is told; 0 is none', () => {
    const book = okxBook('BTC-USDT')
    book.take(start)
    expect(book.take(message('update', { seqId: 6, prevSeqId: 5, checksum: 0 })).kind).toBe('applied')
    expect(book.take(message('update', { seqId: 7, prevSeqId: 6, checksum: 12 }))).toMatchObject({ fault: 'checksum' })
  })
})

describe('Kraken', () => {
  const market = { symbol: 'BTC/USD', priceDecimals: 1, quantityDecimals: 8 }
  const side = (levels: readonly (readonly [number, number])[]) => levels.map(([price, qty]) => ({ price, qty }))
  const message = (type: string, row: object): object => ({
    channel: 'book',
    type,
    data: [{ symbol: 'BTC/USD', bids: [], asks: [], ...row }],
  })

  // Source: Kraken, guide to the checksum of websocket v2: its example of ten levels and their CRC32.
  const ASKS = side([
    [45_285.2, 0.001],
    [45_286.4, 1.54571953],
    [45_286.6, 1.54571109],
    [45_289.6, 1.54560911],
    [45_290.2, 0.1589066],
    [45_291.8, 1.54553491],
    [45_294.7, 0.04454749],
    [45_296.1, 0.3538],
    [45_297.5, 0.09945542],
    [45_299.5, 0.18772827],
  ])
  const BIDS = side([
    [45_283.5, 0.1],
    [45_283.4, 1.54582015],
    [45_282.1, 0.1],
    [45_281.0, 0.1],
    [45_280.3, 1.54592586],
    [45_279.0, 0.0799],
    [45_277.6, 0.03310103],
    [45_277.5, 0.3],
    [45_277.3, 1.54602737],
    [45_276.6, 0.15445238],
  ])
  const CHECKSUM = 3_310_070_434

  test('agrees with the checksum of the venue’s own example', () => {
    const book = krakenBook(market, 10)
    expect(book.take(message('snapshot', { asks: ASKS, bids: BIDS, checksum: CHECKSUM })).kind).toBe('applied')
    expect(krakenChecksum(book.book)).toBe(CHECKSUM)
    expect(book.take(message('update', { bids: side([[45_283.5, 0.2]]), checksum: CHECKSUM }))).toMatchObject({
      kind: 'broken',
      fault: 'checksum',
    })
  })

  test('drops levels that fall behind the depth', () => {
    const book = krakenBook(market, 10)
    book.take(message('snapshot', { asks: ASKS, bids: BIDS, checksum: CHECKSUM }))
    const withNew = new LevelBook()
    withNew.change([['45283.6', '1.00000000'], ...sidesOf(book.book).bids.slice(0, 9)], sidesOf(book.book).asks)
    const checksum = krakenChecksum(withNew)
    expect(book.take(message('update', { bids: side([[45_283.6, 1]]), checksum })).kind).toBe('applied')
    expect(sidesOf(book.book)).toEqual(sidesOf(withNew))
  })
})

describe('Bybit', () => {
  const message = (type: string, u: number, b: Levels = [], a: Levels = []): object => ({
    topic: 'orderbook.50.BTCUSDT',
    type,
    ts: 8,
    cts: 7,
    data: { s: 'BTCUSDT', b, a, u, seq: u },
  })

  test('each message has the next number; a snapshot replaces at any time', () => {
    const book = bybitBook('orderbook.50.BTCUSDT')
    expect(book.take(message('delta', 3)).kind).toBe('waiting')
    book.take(message('snapshot', 4, [['10', '1']], [['11', '1']]))
    expect(book.take(message('delta', 5, [['10', '0']])).kind).toBe('applied')
    expect(book.take(message('delta', 5, [['10', '0']])).kind).toBe('old')
    expect(book.tsEventMs).toBe(7)
    expect(book.take(message('delta', 7))).toMatchObject({ kind: 'broken', fault: 'gap' })
    book.take(message('snapshot', 1, [['3', '1']], [['4', '1']]))
    expect(sidesOf(book.book)).toEqual({ bids: [['3', '1']], asks: [['4', '1']] })
    expect(book.take({ ...message('delta', 2), topic: 'orderbook.50.ETHUSDT' }).kind).toBe('foreign')
  })
})

/** Bit by bit, so that it is not the library's. */
function signedCrc32(text: string): number {
  let crc = -1
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc
}
