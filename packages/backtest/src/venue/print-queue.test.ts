import { describe, expect, test } from 'vitest'
import { printBars } from './print-bars.ts'
import { PrintQueue, type QueuedOrder } from './print-queue.ts'
import { queueFromPrints } from './queue-ahead.ts'
import { tradesOf } from './trades.fixture.ts'

const limit = (side: 'buy' | 'sell', limitPrice: number, activeFromMs: number): QueuedOrder => ({
  order: { side },
  limitPrice,
  activeFromMs,
  sequence: 0,
})

describe('the queue estimated from trades', () => {
  const trades = tradesOf([0, 100, 7], [1_000, 100, 2], [2_000, 101, 3], [2_500, 99, 4], [3_000, 100, 90])

  test('is what traded at the price in the window before, and at least the mean of a traded price', () => {
    const queue = queueFromPrints(trades, { windowMs: 2, scale: 1 })
    // From 1 ms up to 3 ms: 2 at 100, 3 at 101, 4 at 99; the mean is 3.
    expect(queue.aheadAt(100, 3_000)).toBe(3)
    expect(queue.aheadAt(99, 3_000)).toBe(4)
    expect(queue.aheadAt(98, 3_000)).toBe(3)
  })

  test('reads nothing of the instant at which the order comes, or after it', () => {
    const queue = queueFromPrints(trades, { windowMs: 60_000, scale: 1 })
    expect(queue.aheadAt(100, 1_000)).toBe(7)
    expect(queue.aheadAt(100, 3_000)).toBe(9)
    expect(queue.aheadAt(100, 3_001)).toBe(99)
  })

  test('is without end where nothing traded, and nothing for who is first', () => {
    expect(queueFromPrints(trades, { windowMs: 1, scale: 1 }).aheadAt(100, 90_000)).toBe(Infinity)
    expect(queueFromPrints(trades, { windowMs: 1, scale: 0 }).aheadAt(100, 90_000)).toBe(0)
    expect(queueFromPrints(trades, { windowMs: 2, scale: 2 }).aheadAt(99, 3_000)).toBe(8)
  })
})

describe('a place in the queue', () => {
  const prints = printBars(
    tradesOf([1_000, 100, 4], [2_000, 100, 5], [2_500, 100, 6], [3_000, 101, 50], [4_000, 100, 1], [5_000, 99, 2]),
    'X',
  )
  const queue = (ahead: number): PrintQueue => new PrintQueue(prints, { aheadAt: () => ahead })

  test('comes forward with the trades at the price; what is left of them is ours', () => {
    const places = queue(10)
    const buy = limit('buy', 100, 1)
    expect([0, 1, 2, 3].map((bar) => places.offered(buy, bar))).toEqual([0, 5, 0, 1])
  })

  test('offers what is left of a bar once', () => {
    const places = queue(10)
    const buy = limit('buy', 100, 1)
    places.offered(buy, 0)
    expect(places.offered(buy, 1)).toBe(5)
    places.use(buy, 1, 3)
    expect(places.offered(buy, 1)).toBe(2)
  })

  test('does not matter once trades went through the price', () => {
    expect(queue(1_000).offered(limit('buy', 100, 1), 4)).toBe(Infinity)
    expect(queue(1_000).offered(limit('sell', 100, 1), 2)).toBe(Infinity)
    expect(queue(1_000).offered(limit('sell', 100, 1), 4)).toBe(0)
  })

  test('is lost by an amendment', () => {
    const places = queue(10)
    const buy = { ...limit('buy', 100, 1) }
    places.offered(buy, 0)
    expect(places.offered(buy, 1)).toBe(5)
    Object.assign(buy, { sequence: 1, activeFromMs: 3 })
    expect(places.offered(buy, 3)).toBe(0)
  })
})
