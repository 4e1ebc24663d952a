import { describe, expect, test } from 'vitest'
import { fillsOf, instrument, play } from './scripted-run.ts'

describe('the account', () => {
  const flat = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [100, 100, 100, 100],
  ] as const

  test('a spot sale beyond what is owned is refused with the reason', () => {
    const run = play(flat, {
      bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'sell', quantity: 1 }) },
    })
    expect(run.orders).toMatchObject([
      { state: 'refused', reason: expect.stringContaining('only 0 are held and free') },
    ])
  })

  test('a purchase beyond the cash is refused, one from a target shrinks to pay its fee', () => {
    const run = play(
      flat,
      {
        bars: {
          0: ({ submit, target, instrument }) => {
            submit({ instrument, side: 'buy', quantity: 11 })
            target(instrument, 10)
          },
        },
      },
      { cash: 1_000, instruments: [instrument({ takerFeeRate: 0.001, makerFeeRate: 0.001, lotSize: '0.001' })] },
    )
    expect(run.orders).toMatchObject([
      { state: 'refused', reason: expect.stringContaining('1000.0000 are free') },
      { state: 'filled', quantity: 9.99, filledQuantity: 9.99, reason: 'reduced to what the account covers' },
    ])
  })

  test('sales come before purchases at one open, so that their money can be spent', () => {
    const a = instrument({ id: 'AAA-USDT.TEST' })
    const b = instrument({ id: 'BBB-USDT.TEST' })
    const run = play(
      [flat, flat],
      {
        bars: {
          0: ({ target }) => target(b, 10),
          1: ({ target }) => {
            target(a, 10)
            target(b, 0)
          },
        },
      },
      { cash: 1_000, instruments: [a, b] },
    )
    expect(run.fills.map(({ instrumentId, side, quantity }) => [instrumentId, side, quantity])).toEqual([
      ['BBB-USDT.TEST', 'buy', 10],
      ['BBB-USDT.TEST', 'sell', 10],
      ['AAA-USDT.TEST', 'buy', 10],
    ])
  })

  test('a resting sale sets its quantity aside, a cancelled one gives it back', () => {
    const run = play([...flat, [100, 100, 100, 100]], {
      bars: {
        0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }),
        1: ({ submit, cancel, instrument }) => {
          const stop = submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 90 })
          submit({ instrument, side: 'sell', quantity: 1 })
          cancel(stop)
          submit({ instrument, side: 'sell', quantity: 1 })
        },
      },
    })
    expect(run.states).toEqual(['filled', 'cancelled', 'refused', 'filled'])
  })

  test.each([
    [{ quantity: 0.5 }, 'Quantity of BTC-USDT.TEST 0.5 is not a multiple of 1.'],
    [{ quantity: 1, type: 'limit', limitPrice: 99.5 }, 'Limit price of BTC-USDT.TEST 99.5 is not a multiple of 1.'],
  ] as const)('an order off the grid is refused with the reason', (request, reason) => {
    const run = play(flat, { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', ...request }) } })
    expect(run.orders).toMatchObject([{ state: 'refused', reason }])
  })

  test('an order below the minimum notional is refused', () => {
    const run = play(
      flat,
      { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }) } },
      {
        instruments: [instrument({ minNotional: '500' })],
      },
    )
    expect(run.orders).toMatchObject([{ state: 'refused', reason: 'notional 100.000 is below the minimum of 500' }])
  })

  test.each([
    [{ quantity: Number.NaN }],
    [{ quantity: 1, type: 'limit' }],
    [{ quantity: 1, limitPrice: 5 }],
    [{ quantity: -1 }],
  ] as const)('an order that no venue could read ends the run: %o', (request) => {
    expect(() =>
      play(flat, { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', ...request }) } }),
    ).toThrow(
      expect.objectContaining({
        name: 'StrategyError',
        code: 'KERNEL_ORDER_REQUEST',
        message: expect.stringContaining('2024-01-01T01:00:00Z'),
      }),
    )
  })

  test('an amended order moves to its new price', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 103, 104],
        [104, 106, 98, 101],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 }),
          1: ({ amend, openOrders }) => openOrders().forEach((order) => amend(order, { limitPrice: 100, quantity: 2 })),
        },
      },
    )
    expect(fillsOf(run)).toEqual([['buy', 100, 2]])
  })

  test('a post-only order that is amended across the market is cancelled with the reason', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [105, 106, 104, 105],
        [104, 106, 98, 101],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95, postOnly: true }),
          1: ({ amend, openOrders }) => openOrders().forEach((order) => amend(order, { limitPrice: 110 })),
        },
      },
    )
    expect(run.orders).toMatchObject([{ state: 'cancelled', reason: 'post-only, but as amended it would take at 105' }])
  })
})

describe('an amended order', () => {
  const flat = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [100, 100, 50, 100],
  ] as const
  const btc = instrument({ minNotional: '50', lotSize: '0.1', tickSize: '1' })

  test.each([
    [{ quantity: 1_000 }, 'costs about'],
    [{ quantity: 0.1 }, 'notional 9.00000 is below the minimum of 50'],
    [{ limitPrice: 90.5 }, 'Limit price of BTC-USDT.TEST 90.5 is not a multiple of 1.'],
  ])('passes the checks of a new one: %o is refused and leaves it as it was', (changes, reason) => {
    const refusals: (string | undefined)[] = []
    const run = play(
      flat,
      {
        bars: {
          0: ({ submit, instrument: traded }) =>
            submit({ instrument: traded, side: 'buy', quantity: 1, type: 'limit', limitPrice: 90 }),
          1: ({ amend, openOrders }) => openOrders().forEach((order) => refusals.push(amend(order, changes))),
        },
      },
      { cash: 1_000, instruments: [btc] },
    )
    expect(refusals).toEqual([expect.stringContaining(reason)])
    expect(run.orders).toMatchObject([{ state: 'filled', quantity: 1, limitPrice: 90 }])
  })
})
