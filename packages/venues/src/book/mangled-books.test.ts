import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BinanceBook } from './binance-book.ts'
import { bybitBook } from './bybit-book.ts'
import { krakenBook, krakenChecksum } from './kraken-book.ts'
import { LevelBook } from './level-book.ts'
import { okxBook, okxChecksum } from './okx-book.ts'
import { sidesOf } from './order-book.fixture.ts'
import type { OrderBookBuilder } from './order-book-builder.ts'
import type { LevelText } from './read-levels.ts'

/** A state of the venue's book and the message that led to it. */
interface Step {
  readonly sides: ReturnType<typeof sidesOf>
  readonly message: unknown
}

interface Protocol {
  readonly name: string
  make(): OrderBookBuilder
  /** Messages of true changes, the first of them a snapshot, and the true book after each. */
  steps(changes: readonly Change[]): Step[]
  /** True where a message lost or repeated cannot stay unnoticed. */
  readonly isChained: boolean
}

interface Change {
  readonly bids: LevelText[]
  readonly asks: LevelText[]
}

const FIRST: Change = {
  bids: [
    ['100', '1'],
    ['99', '2'],
  ],
  asks: [
    ['101', '1'],
    ['102', '2'],
  ],
}

// Bids below 101 and asks from 101 on: the true book is never crossed.
const level = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }).map(String), fc.integer({ min: 0, max: 5 }).map(String))
const change = fc.record({
  bids: fc.array(level(90, 100), { maxLength: 3 }),
  asks: fc.array(level(101, 111), { maxLength: 3 }),
})

function stepsOf(
  changes: readonly Change[],
  write: (change: Change, index: number, book: LevelBook) => unknown,
): Step[] {
  const book = new LevelBook()
  return [FIRST, ...changes].map((each, index) => {
    book.change(each.bids, each.asks)
    const message = write(each, index, book)
    return { sides: sidesOf(book), message }
  })
}

const numbered = (levels: readonly LevelText[]) =>
  levels.map(([price, qty]) => ({ price: Number(price), qty: Number(qty) }))

const binance = (kind: 'spot' | 'futures'): Protocol => ({
  name: `Binance ${kind}`,
  isChained: true,
  make: () => new BinanceBook('X', kind),
  steps: (changes) =>
    stepsOf(changes, ({ bids, asks }, index) =>
      index === 0
        ? { lastUpdateId: 0, bids, asks }
        : {
            e: 'depthUpdate',
            s: 'X',
            U: index,
            u: index,
            ...(kind === 'futures' ? { pu: index - 1 } : {}),
            b: bids,
            a: asks,
          },
    ),
})

const PROTOCOLS: readonly Protocol[] = [
  binance('spot'),
  binance('futures'),
  {
    name: 'OKX',
    isChained: true,
    make: () => okxBook('X'),
    steps: (changes) =>
      stepsOf(changes, ({ bids, asks }, index, book) => ({
        arg: { channel: 'books', instId: 'X' },
        action: index === 0 ? 'snapshot' : 'update',
        data: [{ bids, asks, seqId: index, prevSeqId: index - 1, checksum: okxChecksum(book), ts: '1' }],
      })),
  },
  {
    name: 'Kraken',
    isChained: false,
    make: () => krakenBook({ symbol: 'X', priceDecimals: 0, quantityDecimals: 0 }, 1_000),
    steps: (changes) =>
      stepsOf(changes, ({ bids, asks }, index, book) => ({
        channel: 'book',
        type: index === 0 ? 'snapshot' : 'update',
        data: [{ symbol: 'X', bids: numbered(bids), asks: numbered(asks), checksum: krakenChecksum(book) }],
      })),
  },
  {
    name: 'Bybit',
    isChained: true,
    make: () => bybitBook('orderbook.50.X'),
    steps: (changes) =>
      stepsOf(changes, ({ bids, asks }, index) => ({
        topic: 'orderbook.50.X',
        type: index === 0 ? 'snapshot' : 'delta',
        data: { b: bids, a: asks, u: index + 10 },
      })),
  },
]

function give(builder: OrderBookBuilder, message: unknown): string {
  const isAnswer = typeof message === 'object' && message !== null && 'lastUpdateId' in message
  const outcome = isAnswer && builder.takeSnapshot !== undefined ? builder.takeSnapshot(message) : builder.take(message)
  const [bid, ask] = [builder.book.bids[0], builder.book.asks[0]]
  if (bid !== undefined && ask !== undefined) expect(bid.price).toBeLessThan(ask.price)
  if (outcome.kind === 'broken' || outcome.kind === 'waiting')
    expect({ ...sidesOf(builder.book), isReady: builder.isReady }).toEqual({ bids: [], asks: [], isReady: false })
  if (outcome.kind === 'applied') expect(builder.isReady).toBe(true)
  return outcome.kind
}

/** Puts something else somewhere into a message. */
function mangle(message: unknown, path: readonly number[], other: unknown): unknown {
  if (path.length === 0 || typeof message !== 'object' || message === null) return other
  const keys = Object.keys(message)
  const key = keys[(path[0] ?? 0) % Math.max(1, keys.length)]
  if (key === undefined) return other
  const copy = structuredClone(message) as Record<string, unknown>
  copy[key] = mangle(copy[key], path.slice(1), other)
  return copy
}

describe.each(PROTOCOLS)('$name', ({ make, steps, isChained }) => {
  test('follows the venue’s book message by message', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const builder = make()
        for (const { message, sides } of steps(changes)) {
          expect(give(builder, message)).toBe('applied')
          expect(sidesOf(builder.book)).toEqual(sides)
        }
      }),
    )
  })

  test('lost, repeated and reordered messages never leave a wrong book unsaid', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 15 }), fc.array(fc.nat(15)), (changes, order) => {
        const all = steps(changes)
        const builder = make()
        give(builder, all[0]?.message)
        const states = new Set(all.map(({ sides }) => JSON.stringify(sides)))
        for (const index of order) {
          give(builder, all[index % all.length]?.message)
          // Whatever it shows, the venue's book was so at some time; without numbers the best ten levels are checked.
          if (builder.isReady && isChained) expect(states).toContain(JSON.stringify(sidesOf(builder.book)))
        }
      }),
    )
  })

  test('mangled messages never throw, nor leave a crossed book', () => {
    const path = fc.array(fc.nat(6), { maxLength: 5 })
    const other = fc.oneof(fc.jsonValue(), fc.constantFrom('100', '101', '0', '-1', 'NaN', 1e300, -1, 3))
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 10 }),
        fc.array(fc.record({ index: fc.nat(10), path, other }), { maxLength: 20 }),
        (changes, manglings) => {
          const all = steps(changes)
          const builder = make()
          give(builder, all[0]?.message)
          for (const each of manglings) {
            const { message } = all[each.index % all.length] as Step
            give(builder, mangle(message, each.path, each.other))
            give(builder, message)
          }
        },
      ),
    )
  })
})
