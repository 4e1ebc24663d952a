import { instrumentOf } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { type AnyContext, barsOf, BTC, runKernel } from '../test/kernel-run.ts'
import type { KernelConfig, RunRecords } from './kernel-config.ts'
import type { TargetAmount } from './strategy.ts'

/** Calls `target` with the amount of each bar; undefined leaves the bar alone. Every price and fill is 100. */
function targets(amounts: readonly (TargetAmount | undefined)[], config: Partial<KernelConfig> = {}): RunRecords {
  const instrument = config.instruments?.[0] ?? BTC
  return runKernel(
    ({ bars, target }: AnyContext) => {
      bars(instrument)
      let bar = 0
      return {
        onBar() {
          const amount = amounts[bar++]
          if (amount !== undefined) target(instrument, amount)
        },
      }
    },
    { [`${instrument.id} 1h`]: barsOf(amounts.map(() => 100)) },
    config,
  )
}

const sizes = (run: RunRecords): [string, number][] => run.orders().map((order) => [order.side, order.quantity])

describe('what a number means', () => {
  test.each([
    ['units', 3],
    ['cash', 3_000],
    ['equity', 3_000],
  ] as const)('size mode %s makes 3 a position of %d', (sizeMode, quantity) => {
    expect(sizes(targets([3, undefined], { sizeMode }))).toEqual([['buy', quantity]])
  })

  test.each([
    [{ quantity: 2.5 }, 2.5],
    [{ weight: 0.5 }, 500],
    [{ notional: 250 }, 2.5],
  ])('%o is a position of %d whatever the mode', (amount, quantity) => {
    for (const sizeMode of ['units', 'cash', 'equity'] as const)
      expect(sizes(targets([amount, undefined], { sizeMode }))).toEqual([['buy', quantity]])
  })

  test('rounds towards zero onto the lot', () => {
    expect(sizes(targets([1.99999, undefined]))).toEqual([['buy', 1.999]])
  })
})

describe('when a target trades', () => {
  test('only the difference', () => {
    expect(sizes(targets([1, 3, 3, 2, 0, 0]))).toEqual([
      ['buy', 1],
      ['buy', 2],
      ['sell', 1],
      ['sell', 2],
    ])
  })

  test('weights only beyond the rebalance band, entries and exits always', () => {
    const weights = [{ weight: 0.001 }, { weight: 0.5 }, { weight: 0.505 }, { weight: 0.52 }, { weight: 0 }, undefined]
    expect(sizes(targets(weights))).toEqual([
      ['buy', 1],
      ['buy', 499],
      ['buy', 20],
      ['sell', 520],
    ])
  })

  test('not below the minimum notional', () => {
    const instrument = instrumentOf({
      id: BTC.id,
      tickSize: '0.01',
      lotSize: '0.001',
      minNotional: '10',
      makerFeeRate: 0,
      takerFeeRate: 0,
    })
    expect(sizes(targets([1, 1.05, 1.2, undefined], { instruments: [instrument] }))).toEqual([
      ['buy', 1],
      ['buy', 0.2],
    ])
  })

  describe('a rest below the minimum notional', () => {
    const small = (id: string) =>
      instrumentOf({ id, tickSize: '0.01', lotSize: '0.001', minNotional: '50', makerFeeRate: 0, takerFeeRate: 0 })
    /** Buys a unit, sells all but a tenth, and asks for nothing to be held, or for the other side, from then on. */
    const leave = (id: string, last: number) => {
      const instrument = small(id)
      return targets([1, 0.1, last, last, last, undefined], { instruments: [instrument] })
    }

    test('of a perpetual is closed by a reduce-only order', () => {
      const run = leave('BTC-USDT-PERP.TEST', 0)
      expect(run.orders().map(({ side, quantity, reduceOnly }) => [side, quantity, reduceOnly])).toEqual([
        ['buy', 1, false],
        ['sell', 0.9, false],
        ['sell', 0.1, true],
      ])
      expect(run.openPositions).toEqual([])
    })

    test('of a perpetual is closed where a small position of the other side was wanted', () => {
      const run = leave('BTC-USDT-PERP.TEST', -0.2)
      expect(run.orders().at(-1)).toMatchObject({ side: 'sell', quantity: 0.1, reduceOnly: true, state: 'filled' })
    })

    test('of spot stays, which is said once', () => {
      const run = leave('BTC-USDT.TEST', 0)
      const refused = run.orders().filter(({ state }) => state === 'refused')
      expect(refused).toMatchObject([
        { side: 'sell', quantity: 0.1, reason: expect.stringContaining('below the minimum') },
      ])
      expect(run.openPositions).toHaveLength(1)
    })
  })

  test.each([[Number.NaN], [Infinity], [{ quantity: Number.NaN }], [{ weight: -Infinity }]])('refuses %o', (amount) => {
    expect(() => targets([amount])).toThrow(expect.objectContaining({ code: 'KERNEL_TARGET' }))
  })

  test.each([[1], [{ weight: 1 }], [{ notional: 100 }]])('not before there is a price: %o', (amount) => {
    const run = runKernel(
      ({ bars, target }) => {
        bars(BTC)
        target(BTC, amount)
        return {}
      },
      { [`${BTC.id} 1h`]: barsOf([100, 100]) },
    )
    expect(run.orders().filter((order) => order.state !== 'refused')).toEqual([])
    expect(run.fills()).toEqual([])
  })

  test('counts what an earlier target still has working, and gives way to a later one', () => {
    const run = runKernel(
      ({ bars, target }) => {
        bars(BTC)
        return {
          onBar() {
            target(BTC, 5)
            target(BTC, 5)
            target(BTC, 7)
          },
        }
      },
      { [`${BTC.id} 1h`]: barsOf([100, 100]) },
    )
    const first = run.orders().slice(0, 2)
    expect(first.map((order) => [order.quantity, order.state])).toEqual([
      [5, 'cancelled'],
      [7, 'filled'],
    ])
    expect(first[0]?.reason).toBe('replaced by a new target')
  })
})
