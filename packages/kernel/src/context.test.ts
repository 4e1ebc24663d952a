import { instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { type AnyContext, barsOf, BTC, ETH, runKernel, START_MS } from '../test/kernel-run.ts'
import type { OrderView } from './order.ts'
import type { StrategyHandlers } from './strategy.ts'

const HOUR_MS = 3_600_000
const BARS = {
  [`${BTC.id} 1h`]: barsOf([100, 100, 100, 100, 100, 100]),
  [`${ETH.id} 1h`]: barsOf([10, 11, 12]),
  [`${BTC.id} 2h`]: barsOf([100, 100, 100], '2h'),
}

const run = (start: (context: AnyContext) => StrategyHandlers, config = {}): ReturnType<typeof runKernel> =>
  runKernel(start, BARS, config)

describe('the order of an instant', () => {
  test('is timers, bars by instrument and length, then the slice', () => {
    const calls: string[] = []
    run(
      ({ bars, timer }) => {
        bars(ETH)
        bars(BTC, '2h')
        bars(BTC)
        timer(START_MS + 1.5 * HOUR_MS, 'late')
        timer(START_MS + HOUR_MS, 'early')
        return {
          onBar: (bar) => calls.push(`${bar.instrument.base} ${bar.timeframe}`),
          onSlice: (timeMs) => calls.push(`slice ${(timeMs - START_MS) / HOUR_MS}`),
          onTimer: (name) => calls.push(name),
          onStop: () => calls.push('stop'),
        }
      },
      { instruments: [BTC, ETH] },
    )
    expect(calls.slice(0, 9)).toEqual([
      'early',
      'BTC 1h',
      'ETH 1h',
      'slice 1',
      'late',
      'BTC 1h',
      'BTC 2h',
      'ETH 1h',
      'slice 2',
    ])
    expect(calls.at(-1)).toBe('stop')
  })

  test('fills come before the bar in which they happened becomes visible', () => {
    const seen: number[] = []
    run(({ bars, submit }) => {
      const { close } = bars(BTC)
      return {
        onBar() {
          if (close.length === 1) submit({ instrument: BTC, side: 'buy', quantity: 1 })
        },
        onFill: () => seen.push(close.length),
      }
    })
    expect(seen).toEqual([1])
  })
})

describe('what a context refuses', () => {
  const codeOf = (use: (context: AnyContext) => void): string => {
    let code = ''
    run((context) => {
      context.bars(BTC)
      return {
        onBar() {
          try {
            use(context)
          } catch (error) {
            code = (error as { code: string }).code
          }
        },
      }
    })
    return code
  }

  test.each<[string, string, (context: AnyContext) => void]>([
    ['an instrument that is not of the run', 'KERNEL_INSTRUMENT_UNKNOWN', ({ position }) => position(ETH)],
    ['new series after the start', 'KERNEL_LATE_SUBSCRIPTION', ({ bars }) => bars(BTC, '2h')],
    [
      'new indicators after the start',
      'KERNEL_LATE_INDICATOR',
      ({ indicator, bars }) => indicator.sma(bars(BTC).close, 3),
    ],
    ['what is no order of its own', 'KERNEL_ORDER_UNKNOWN', ({ cancel }) => cancel({ orderId: 1 } as OrderView)],
    ['a timer without a time', 'KERNEL_TIMER', ({ timer }) => timer(Number.NaN, 'never')],
    [
      'an order without a usable quantity',
      'KERNEL_ORDER_REQUEST',
      ({ submit }) => submit({ instrument: BTC, side: 'buy', quantity: Number.NaN }),
    ],
    ...['timeInForce', 'reduceOnly', 'positionSide', 'reduceonly', 'stopPrice'].map(
      (field): [string, string, (context: AnyContext) => void] => [
        `an order with a ${field} that there is not`,
        'KERNEL_ORDER_REQUEST',
        ({ submit }) => submit({ instrument: BTC, side: 'buy', quantity: 1, [field]: 'DAY' }),
      ],
    ),
    [
      'an amendment of what cannot be amended',
      'KERNEL_ORDER_REQUEST',
      ({ submit, amend }) => {
        const order = submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit', limitPrice: 1 })
        amend(order, { side: 'sell' } as object)
      },
    ],
    ['a group without orders', 'KERNEL_ORDER_REQUEST', ({ submitGroup }) => submitGroup({ members: [] })],
    ...[undefined, {}, { entry: { instrument: BTC, side: 'buy', quantity: 1 } }].flatMap(
      (request): [string, string, (context: AnyContext) => void][] => [
        [
          `the group ${JSON.stringify(request)} without members`,
          'KERNEL_ORDER_REQUEST',
          ({ submitGroup }) => submitGroup(request as never),
        ],
        [
          `the bracket ${JSON.stringify(request)} without exits`,
          'KERNEL_ORDER_REQUEST',
          ({ bracket }) => bracket(request as never),
        ],
      ],
    ),
    [
      'a bracket with a field that nothing reads',
      'KERNEL_ORDER_REQUEST',
      ({ bracket }) =>
        bracket({
          entry: { instrument: BTC, side: 'buy', quantity: 1 },
          stop: { triggerPrice: 1, stopLimit: 2 } as { triggerPrice: number },
          target: { limitPrice: 1_000_000 },
        }),
    ],
    [
      'a limit order without a limit',
      'KERNEL_ORDER_REQUEST',
      ({ submit }) => submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit' }),
    ],
  ])('%s', (_, code, use) => {
    expect(codeOf(use)).toBe(code)
  })

  test('an amendment of an order that has ended, with the reason', () => {
    let answer: string | undefined
    run(({ bars, submit, cancel, amend }) => {
      bars(BTC)
      return {
        onBar() {
          const order = submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 })
          cancel(order)
          answer = amend(order, { quantity: 2 })
        },
      }
    })
    expect(answer).toBe('the order is cancelled')
  })

  test('orders placed when the run stops', () => {
    const { orders } = run(({ bars, submit }) => {
      bars(BTC)
      return { onStop: () => void submit({ instrument: BTC, side: 'buy', quantity: 1 }) }
    })
    expect(orders()).toMatchObject([{ state: 'refused', reason: 'the run has ended' }])
  })

  test('to be changed', () => {
    run((context) => {
      expect(Object.isFrozen(context)).toBe(true)
      expect(Object.isFrozen(context.params)).toBe(true)
      expect(() => Object.assign(context.clock, { nowMs: 0 })).toThrow(TypeError)
      return {}
    })
  })
})

describe('what a context tells', () => {
  test('positions, cash and equity as they are now', () => {
    const seen: unknown[] = []
    run(({ bars, target, position, account }) => {
      bars(BTC)
      const held = position(BTC)
      return {
        onBar() {
          seen.push([held.side, held.quantity, held.entryPrice, account.cash(), account.equity])
          target(BTC, 2)
        },
      }
    })
    expect(seen.slice(0, 2)).toEqual([
      ['flat', 0, undefined, 100_000, 100_000],
      ['long', 2, 100, 99_800, 100_000],
    ])
  })

  test('prices and quantities on the grid', () => {
    run(({ roundPrice, roundQuantity }) => {
      expect([roundPrice(BTC, 1.239, 'down'), roundPrice(BTC, 1.231, 'up'), roundPrice(BTC, 1.236, 'nearest')]).toEqual(
        [1.23, 1.24, 1.24],
      )
      expect(roundQuantity(BTC, 0.0129)).toBe(0.012)
      return {}
    })
  })

  test('the members of the universe at that time', () => {
    const seen: string[] = []
    run(
      ({ bars, members }) => {
        bars(BTC)
        return {
          onBar: () =>
            void seen.push(
              members()
                .map((each) => each.base)
                .join(),
            ),
        }
      },
      {
        instruments: [BTC, ETH],
        universe: [
          { fromMs: START_MS + 2 * HOUR_MS, members: [BTC.id] },
          { fromMs: START_MS + 4 * HOUR_MS, members: [ETH.id, BTC.id] },
        ],
      },
    )
    expect(seen.slice(0, 5)).toEqual(['', 'BTC', 'BTC', 'BTC,ETH', 'BTC,ETH'])
  })

  test('open orders as a copy, oldest first', () => {
    run(({ bars, submit, openOrders, cancel }) => {
      bars(BTC)
      return {
        onBar() {
          const ids = [90, 91].map(
            (limitPrice) => submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit', limitPrice }).orderId,
          )
          const open = openOrders(BTC)
          expect(open.map((each) => each.orderId)).toEqual(ids)
          open.forEach((each) => cancel(each))
          expect(openOrders()).toEqual([])
        },
      }
    })
  })

  test('random numbers that depend on the seed alone', () => {
    const draw = (seed: number): number => {
      let drawn = 0
      run(
        ({ rng }) => {
          drawn = rng.nextFloat()
          return {}
        },
        { seed },
      )
      return drawn
    }
    expect(draw(1)).toBe(draw(1))
    expect(draw(1)).not.toBe(draw(2))
  })
})

test('a strategy that throws ends the run, with the time and the instrument', () => {
  const failing = (): unknown =>
    run(({ bars }) => {
      bars(BTC)
      return {
        onBar() {
          throw new Error('out of ideas')
        },
      }
    })
  expect(failing).toThrow(/under-test failed at 2024-01-01T01:00:00Z on BTC-USDT\.TEST: out of ideas/)
  expect(failing).toThrow(expect.objectContaining({ code: 'KERNEL_STRATEGY_FAILED' }))
})

test.each([
  ['nothing', () => undefined, 'start returned undefined'],
  ['a number', () => 5, 'start returned 5'],
  ['a promise', () => Promise.reject(new Error('nobody waits')), 'start returned a promise'],
  ['an async handler', () => ({ onBar: async () => {} }), 'onBar is async, but nothing in a run waits for it'],
])('a start that returns %s ends the run', (_, start, message) => {
  expect(() => run(start as never)).toThrow(message)
})

describe('unitValue', () => {
  test.each([
    ['ETH-USDT-PERP.TEST', 'linear', 'USDT', { USDT: 1_000 }, [50, 100]],
    // Five dollars in coins at 10 and at 20, in dollars at the newest price.
    ['ETH-USD-PERP.TEST', 'inverse', 'USD', { ETH: 1 }, [5, 2.5]],
    ['ETH-USD-PERP.TEST', 'inverse', 'ETH', { ETH: 1 }, [0.5, 0.25]],
  ] as const)('of %s, %s, in %s', (id, settlement, reportingCurrency, cash, expected) => {
    const contract = { tickSize: '0.01', lotSize: '1', contractSize: 5, makerFeeRate: 0, takerFeeRate: 0 }
    const instrument = instrumentOf({ ...contract, id, settlement })
    const values: number[] = []
    runKernel(
      ({ bars, unitValue }) => {
        bars(instrument)
        values.push(unitValue(instrument))
        return { onBar: () => values.push(unitValue(instrument), unitValue(instrument, 20)) }
      },
      { [`${id} 1h`]: barsOf([10]) },
      { instruments: [instrument], cash, reportingCurrency },
    )
    expect(values).toEqual([Number.NaN, ...expected])
  })
})
