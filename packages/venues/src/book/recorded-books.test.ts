import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'
import { BinanceBook } from './binance-book.ts'
import { bybitBook } from './bybit-book.ts'
import { krakenV1Book } from './kraken-book.ts'
import { okxBook } from './okx-book.ts'
import type { OrderBookBuilder } from './order-book-builder.ts'
import { fieldsOf } from './read-levels.ts'

const DATA = join(import.meta.dirname, '../../../../../shared/data')
const isThere = existsSync(join(DATA, 'orderbook'))

/** The messages of a recorded socket, in order of arrival. */
function captured(file: string): unknown[] {
  const lines = readFileSync(join(DATA, 'exchange_captures', file), 'utf8').split('\n')
  return lines.flatMap((line) => {
    const text = /^\d+\.\d+: (.*)$/.exec(line)?.[1]
    return text === undefined ? [] : [JSON.parse(text) as unknown]
  })
}

/** What became of the messages, counted; none may leave a crossed book. */
function outcomes(builder: OrderBookBuilder, messages: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const message of messages) {
    const outcome = builder.take(message)
    const [bid, ask] = [builder.book.bids[0], builder.book.asks[0]]
    if (bid !== undefined && ask !== undefined) expect(bid.price).toBeLessThan(ask.price)
    const name = outcome.kind === 'broken' ? outcome.fault : outcome.kind
    if (name !== 'foreign') counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

interface Touch {
  readonly b: string
  readonly B: string
  readonly a: string
  readonly A: string
}

/** A Binance recording, its frames read. */
async function binanceFrames(name: string): Promise<{ stream: string; message: unknown }[]> {
  const file = join(DATA, 'orderbook', `${name}_BTCUSDT_20240808_raw_frames.parquet`)
  const connection = await (await DuckDBInstance.create()).connect()
  const rows = await connection.runAndReadAll(`select stream, payload from read_parquet('${file}') order by seq`)
  return rows.getRows().map(([stream, payload]) => ({ stream: String(stream), message: JSON.parse(String(payload)) }))
}

/** Best bid and ask of the recording by update number. */
function touchesOf(frames: readonly { message: unknown }[]): Map<unknown, Touch> {
  const touches = new Map<unknown, Touch>()
  for (const { message } of frames) {
    const data = fieldsOf(fieldsOf(message)['data'])
    if (typeof data['b'] === 'string') touches.set(data['u'], data as unknown as Touch)
  }
  return touches
}

/**
 * Plays a recording and compares the best levels with `bookTicker` wherever an applied event ends with the number of one.
 *
 * @returns Comparisons among the first 1,501 events applied, and in all.
 */
function compareWithTouches(
  builder: BinanceBook,
  frames: readonly { stream: string; message: unknown }[],
): { applied: number; early: number; all: number; faults: unknown[] } {
  const touches = touchesOf(frames)
  const result = { applied: 0, early: 0, all: 0, faults: [] as unknown[] }
  for (const { stream, message } of frames) {
    const before = builder.lastId
    const outcome = stream === 'rest:depth' ? builder.takeSnapshot(message) : builder.take(message)
    if (outcome.kind === 'broken') result.faults.push(outcome)
    if (outcome.kind !== 'applied') continue
    // Events that had waited are applied with the snapshot.
    result.applied += outcome.isSnapshot || before === undefined ? 0 : 1
    const touch = touches.get(builder.lastId)
    const [bid, ask] = [builder.book.bids[0], builder.book.asks[0]]
    expect(bid?.price).toBeLessThan(ask?.price ?? 0)
    if (outcome.isSnapshot || touch === undefined) continue
    const { b, B, a, A } = touch
    expect([bid?.priceText, bid?.quantityText, ask?.priceText, ask?.quantityText]).toEqual([b, B, a, A])
    result.all++
    if (result.applied <= 1_501) result.early++
  }
  return result
}

describe.skipIf(!isThere)('books of recorded markets (need ../shared/data/orderbook, exchange_captures)', () => {
  test.each([
    ['binanceusdm', 'futures', { applied: 6_545, early: 144, all: 629 }],
    ['binance_spot', 'spot', { applied: 3_448, early: 253, all: 564 }],
  ] as const)('%s: best levels are those of bookTicker wherever the numbers meet', async (name, kind, expected) => {
    const result = compareWithTouches(new BinanceBook('BTCUSDT', kind), await binanceFrames(name))
    expect(result).toEqual({ ...expected, faults: [] })
  })

  test('Binance futures: chains of 2021 join their snapshots', () => {
    const symbols = ['SUSHIUSDT', 'AKROUSDT', 'KEEPUSDT', 'CTKUSDT']
    const snapshots = readFileSync(join(DATA, 'exchange_captures/BINANCE_FUTURES.http.0.txt'), 'utf8').split('\n')
    const messages = captured('BINANCE_FUTURES.ws.1.txt')
    const applied = symbols.map((symbol) => {
      const builder = new BinanceBook(symbol, 'futures')
      const text = /-> [\d.]+: (.*)$/.exec(snapshots.find((line) => line.includes(`symbol=${symbol}&`)) ?? '')?.[1]
      expect(builder.takeSnapshot(JSON.parse(text ?? 'null')).kind).toBe('applied')
      const { applied: count = 0, old: _, ...others } = outcomes(builder, messages)
      expect(others).toEqual({})
      return count
    })
    expect(applied).toEqual([252, 187, 131, 179])
  })

  test('OKX: every checksum is ours', () => {
    const messages = captured('OKX.ws.1.txt')
    const counts = ['BTC-USDT', 'BTC-USD-220527', 'UNI-USD-SWAP'].map((id) => outcomes(okxBook(id), messages))
    // 290 in all, the three snapshots included.
    expect(counts).toEqual([{ applied: 98 }, { applied: 99 }, { applied: 93 }])
  })

  test('Kraken: every checksum is ours', () => {
    const messages = captured('KRAKEN.ws.50.txt')
    const pairs = new Set(messages.flatMap((message) => (Array.isArray(message) ? [String(message.at(-1))] : [])))
    const counts = [...pairs].map((pair) => outcomes(krakenV1Book(pair, 1_000), messages))
    expect(counts).toHaveLength(10)
    for (const { applied: _, ...others } of counts) expect(others).toEqual({})
    // A snapshot each, without a checksum.
    expect(counts.reduce((sum, { applied = 0 }) => sum + applied - 1, 0)).toBe(4_269)
  })

  test('Bybit: 50 messages without a gap, never crossed', () => {
    const lines = readFileSync(join(DATA, 'orderbook/bybit_linear_XRPUSDT_ob500_20241201.txt'), 'utf8')
      .trim()
      .split('\n')
    const messages = lines.map((line) => JSON.parse(line) as unknown)
    expect(outcomes(bybitBook('orderbook.500.XRPUSDT'), messages)).toEqual({ applied: 50 })
  })
})
