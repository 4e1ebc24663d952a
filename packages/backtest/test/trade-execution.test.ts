import { createRng } from '@kestrel/core'
import type { OrderView } from '@kestrel/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BacktestConfig } from '../src/run/backtest-config.ts'
import type { Simulation } from '../src/run/simulate.ts'
import { START_MS } from './scripted-run.ts'
import { orderAt } from './order-at.ts'
import { coinPrints, MINUTE_MS, type Print, runOn, TRADED as BTC, tradesFrom } from './trade-run.ts'

describe('market orders', () => {
  const prints: readonly Print[] = [
    [10, 100],
    [59_999, 101],
    [60_000, 102],
    [60_007.5, 103],
    [60_020, 104],
    [130_000, 105],
  ]
  const buy = { side: 'buy', quantity: 2 } as const

  test('fill at the first trade at or after the decision', () => {
    expect(orderAt(prints, 'first close', buy).executions).toEqual([[60_000, 102, 2]])
  })

  test('decided on a trade fill at a later one', () => {
    expect(orderAt(prints, 'first trade', buy).executions).toEqual([[59_999, 101, 2]])
    const burst: readonly Print[] = [
      [10, 100],
      [10.2, 101],
      [10.9, 102],
      [11, 103],
      [90_000, 104],
    ]
    expect(orderAt(burst, 'first trade', buy).executions).toEqual([[11, 103, 2]])
  })

  test.each([
    [7, [60_007, 103, 2]],
    [8, [60_020, 104, 2]],
    [20, [60_020, 104, 2]],
    [21, [130_000, 105, 2]],
  ])('meet the market %d ms later with that latency', (latencyMs, execution) => {
    expect(orderAt(prints, 'first close', buy, { fill: { latencyMs } }).executions).toEqual([execution])
    const model = { latency: { model: 'constant', ms: latencyMs } } as const
    expect(orderAt(prints, 'first close', buy, { fill: model }).executions).toEqual([execution])
  })

  test('draw their latency from the seed of the run', () => {
    const fill = { latency: { model: 'uniform', minMs: 0, maxMs: 20_000 } } as const
    const many = Array.from({ length: 900 }, (_, i): Print => [i * 100, 100 + i])
    const fillAt = (seed: number): unknown => orderAt(many, 'first close', buy, { fill, seed }).executions
    expect(fillAt(1)).toEqual(fillAt(1))
    expect(fillAt(1)).not.toEqual(fillAt(2))
  })

  test('pay half the spread and slippage on top of the trade', () => {
    const fill = { spreadBps: 100, slippageBps: 50 }
    expect(orderAt(prints, 'first close', buy, { fill }).executions).toEqual([[60_000, 104, 2]])
  })

  test('take their share of what traded in the last millisecond, and give back what that was too much by', () => {
    const thin: readonly Print[] = [
      [0, 100, 1],
      [59_000, 101, 40],
      [60_000, 102, 20],
      [60_000.5, 103, 20],
      [60_001, 104, 10],
      [60_002, 105, 90],
      [60_003, 106, 1_000],
    ]
    const run = orderAt(thin, 'first close', { side: 'buy', quantity: 10 }, { fill: { volumeShare: 0.1 } })
    expect(run.executions).toEqual([
      [60_000, 102, 4],
      [60_001, 104, 4],
      [60_003, 106, 2],
    ])
  })

  test('that fill at the close fill at the last trade before it, within the share of the bar', () => {
    const fill = { marketFill: 'close', volumeShare: 0.1 } as const
    const thin: readonly Print[] = [
      [10, 100, 60],
      [50_000, 101, 40],
      [60_000, 102, 90],
      [119_000, 103, 10],
      [130_000, 1],
    ]
    expect(orderAt(thin, 'first close', { side: 'buy', quantity: 15 }, { fill }).executions).toEqual([
      [60_000, 101, 10],
      [120_000, 103, 5],
    ])
  })
})

describe('stops', () => {
  test('are set off by a trade at or beyond their price and fill there', () => {
    const prints: readonly Print[] = [
      [0, 100],
      [60_000, 101],
      [60_001, 104],
      [60_002, 106],
      [60_003, 90],
      [125_000, 1],
    ]
    const stop = { side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 105 } as const
    expect(orderAt(prints, 'first close', stop).executions).toEqual([[60_002, 106, 1]])
  })
})

describe('limit orders that rest', () => {
  const limit = { side: 'buy', quantity: 10, type: 'limit', limitPrice: 100 } as const
  /** 40 traded at the limit in the minute before, so that 40 stand before us. */
  const before: readonly Print[] = [
    [10, 100, 40],
    [20, 102, 30],
  ]

  test('trade at their price once those before them have been served', () => {
    const prints: readonly Print[] = [
      ...before,
      [60_001, 101, 9],
      [60_002, 100, 25],
      [60_003, 100, 18],
      [60_004, 100, 50],
      [130_000, 101],
    ]
    const run = orderAt(prints, 'first close', limit)
    expect(run.executions).toEqual([
      [60_003, 100, 3],
      [60_004, 100, 7],
    ])
    expect(run.fills.map((fill) => fill.liquidity)).toEqual(['maker', 'maker'])
  })

  test('trade in full, at their own price, once a trade goes through it', () => {
    const prints: readonly Print[] = [...before, [60_001, 101, 9], [60_002, 97, 1], [130_000, 101]]
    expect(orderAt(prints, 'first close', limit).executions).toEqual([[60_002, 100, 10]])
  })

  test('wait for a trade through their price where the queue is left out', () => {
    const prints: readonly Print[] = [...before, [60_001, 101, 9], [60_002, 100, 900], [60_003, 99, 1], [130_000, 101]]
    expect(orderAt(prints, 'first close', limit, { fill: { throughTicks: 1 } }).executions).toEqual([[60_003, 100, 10]])
    expect(orderAt(prints, 'first close', limit, { fill: { throughTicks: 0 } }).executions).toEqual([[60_002, 100, 10]])
  })

  test('stand at the end again once they were amended', () => {
    const prints: readonly Print[] = [
      ...before,
      [60_001, 101, 9],
      [60_002, 100, 35],
      [61_000, 101, 9],
      [62_000, 100, 35],
      [130_000, 101],
    ]
    const amending = (amendAt: number): number => {
      const run = runOn([tradesFrom(prints)], ({ bars, submit, amend, clock }) => {
        bars(BTC)
        let order: OrderView | undefined
        return {
          onBar: () => (order ??= submit({ instrument: BTC, ...limit })),
          onTrade: () => {
            if (order !== undefined && clock.nowMs === START_MS + amendAt) amend(order, { quantity: 11 })
          },
        }
      })
      return run.fills.reduce((sum, { quantity }) => sum + quantity, 0)
    }
    expect(amending(-1)).toBe(10)
    // At the end of a queue of 75 by then, of which 35 are served.
    expect(amending(61_001)).toBe(0)
  })

  test('never get more than traded at or through their price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: -6, max: 6 }), (seed, offset) => {
        const prints = coinPrints(seed, 3_000)
        const first = prints.findIndex(([afterMs]) => afterMs >= MINUTE_MS)
        const price = (prints[first] as Print)[1] + offset
        const run = orderAt(prints, 'first close', { side: 'buy', quantity: 40, type: 'limit', limitPrice: price })
        let traded = 0
        for (const { tsEventMs, quantity, liquidity } of run.fills) {
          if (liquidity === 'taker') continue
          traded += quantity
          const untilMs = tsEventMs - START_MS
          const at = prints.filter(([afterMs]) => afterMs >= MINUTE_MS && Math.floor(afterMs) <= untilMs)
          const through = at.some(([, each]) => each < price)
          const volume = at.filter(([, each]) => each === price).reduce((sum, [, , size = 0]) => sum + size, 0)
          expect(through || traded <= volume).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('what happens up to an instant', () => {
  test('does not depend on the trades after it', () => {
    /** Orders of several kinds by a seeded hand, told of every trade. */
    const fillsOf = (prints: readonly Print[], seed: number, untilMs: number): unknown => {
      const run = runOn([tradesFrom(prints)], ({ bars, submit, openOrders, cancel }) => {
        bars(BTC)
        const random = createRng(seed)
        return {
          onTrade: ({ price }) => {
            const draw = random.nextUint32() % 40
            const side = draw % 2 === 0 ? 'buy' : 'sell'
            const offset = (side === 'buy' ? -1 : 1) * (draw % 3)
            if (draw < 4) submit({ instrument: BTC, side, quantity: 2 })
            else if (draw < 8) submit({ instrument: BTC, side, quantity: 3, type: 'limit', limitPrice: price + offset })
            else if (draw < 10) openOrders().forEach((order) => cancel(order))
          },
        }
      })
      return run.fills
        .filter(({ tsEventMs }) => tsEventMs < START_MS + untilMs)
        .map(({ tsEventMs, side, price, quantity }) => [tsEventMs, side, price, quantity])
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 10, max: 590 }), (seed, cut) => {
        const prints = coinPrints(seed, 600)
        const untilMs = Math.floor((prints[cut] as Print)[0])
        expect(fillsOf(prints.slice(0, cut), seed, untilMs)).toEqual(fillsOf(prints, seed, untilMs))
      }),
      { numRuns: 40 },
    )
  })
})

describe('driven by trades and by the bars made of them', () => {
  /** Turns its position at a close now and then, by target and by market order. */
  function turning(seed: number, config: Partial<BacktestConfig>): Simulation {
    return runOn(
      [tradesFrom(coinPrints(seed, 8_000))],
      ({ bars, target }) => {
        const { close } = bars(BTC)
        const random = createRng(seed)
        return {
          onBar: () => {
            if (random.nextUint32() % 3 === 0) target(BTC, close.value > close.previous ? 3 : 0)
          },
        }
      },
      config,
    )
  }

  test.each([1, 2, 3, 4, 5])('trades are the same where orders fill at the close (%d)', (seed) => {
    const fill = { marketFill: 'close', volumeShare: 0.1, spreadBps: 1, slippageBps: 2 } as const
    const [onBars, onTrades] = (['bars', 'trades'] as const).map((execution) => turning(seed, { execution, fill }))
    expect(onBars?.fills.length).toBeGreaterThan(1)
    const facts = (run: Simulation | undefined): unknown =>
      run?.fills.map(({ tsEventMs, side, price, quantity, fee }) => [tsEventMs, side, price, quantity, fee])
    expect(facts(onTrades)).toEqual(facts(onBars))
    expect(onTrades?.equity.equity).toEqual(onBars?.equity.equity)
  })

  test.each([1, 2, 3])(
    'prices are the same where orders fill at the next open, which is the next trade (%d)',
    (seed) => {
      const [onBars, onTrades] = (['bars', 'trades'] as const).map((execution) => turning(seed, { execution }))
      const facts = (run: Simulation | undefined): unknown =>
        run?.fills.map(({ side, price, quantity }) => [side, price, quantity])
      expect(facts(onTrades)).toEqual(facts(onBars))
    },
  )
})

describe('trades that cannot be used', () => {
  test('are refused before the run', () => {
    const unordered = tradesFrom([
      [5, 100],
      [4, 100],
    ])
    expect(() => runOn([unordered], () => ({}))).toThrow(expect.objectContaining({ code: 'BACKTEST_TRADES' }))
  })

  test('are asked for where there are none', () => {
    expect(() => runOn([undefined], () => ({}))).toThrow(
      expect.objectContaining({
        code: 'BACKTEST_NO_TRADES',
        hint: 'Import them: kestrel data import FILE --kind trades --instrument BTC-USDT.TEST',
      }),
    )
  })

  test.each([[{ windowMs: 0, scale: 1 }], [{ windowMs: 1_000, scale: -1 }], [{ windowMs: Number.NaN, scale: 1 }]])(
    'nor is a queue estimated from %j',
    (queue) => {
      expect(() => runOn([tradesFrom([[5, 100]])], () => ({}), { fill: { queue } })).toThrow(
        expect.objectContaining({ code: 'BACKTEST_FILL_MODEL' }),
      )
    },
  )
})
