import type { OrderRequest } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { orderAt } from './order-at.ts'
import type { Print } from './trade-run.ts'

describe('orders that take more than one trade', () => {
  test('of one lot fill where a share of the trades is less than a lot, and wait until that is made up for', () => {
    const small = Array.from({ length: 30 }, (_, i): Print => [i * 10_000, 100 + i, 4])
    const fill = { volumeShare: 0.1 }
    const once = orderAt(small, 'first close', { side: 'buy', quantity: 1 }, { fill })
    expect(once.executions).toEqual([[60_000, 106, 1]])
    // A trade of 4 owes 0.6 of the lot: the next one leaves 0.2 of it, and only the one after that nothing.
    const twice = orderAt(small, 'first close', { side: 'buy', quantity: 3 }, { fill })
    expect(twice.executions).toEqual([
      [60_000, 106, 1],
      [90_000, 109, 1],
      [120_000, 112, 1],
    ])
  })

  test.each<[string, Partial<Omit<OrderRequest, 'instrument'>>]>([
    ['limit', { type: 'limit', limitPrice: 110 }],
    ['stop-limit', { type: 'stop-limit', triggerPrice: 100, limitPrice: 110 }],
  ])('of a %s beyond the market go on taking at what the trades are', (_, order) => {
    const swaying = Array.from({ length: 20 }, (_each, i): Print => [i * 10_000, 101 + (i % 2), 100])
    const fill = { volumeShare: 0.1, queue: { windowMs: 60_000, scale: 1 } }
    const run = orderAt(swaying, 'first close', { side: 'buy', quantity: 25, ...order }, { fill })
    expect(run.executions).toEqual([
      [60_000, 101, 10],
      [70_000, 102, 10],
      [80_000, 101, 5],
    ])
    expect(run.fills.every(({ liquidity }) => liquidity === 'taker')).toBe(true)
  })

  test('of a limit that price left while it took rest from then on, and pay their own price', () => {
    const turning: readonly Print[] = [
      [59_000, 100, 100],
      [60_000, 100, 100],
      [61_000, 104, 100],
      [62_000, 99, 100],
      [63_000, 98, 100],
    ]
    const order = { side: 'buy', quantity: 25, type: 'limit', limitPrice: 102 } as const
    const run = orderAt(turning, 'first close', order, { fill: { volumeShare: 0.1 } })
    expect(run.executions).toEqual([
      [60_000, 100, 10],
      [62_000, 102, 10],
      [63_000, 102, 5],
    ])
  })
})
