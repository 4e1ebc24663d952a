import { describe, expect, test } from 'vitest'
import { barsOf, closeMs, fillsOf, instrument, play, START_MS } from './scripted-run.ts'

describe('market orders', () => {
  test('decided at a close fill at the next open', () => {
    const run = play(
      [
        [100, 110, 90, 105],
        [107, 120, 100, 110],
      ],
      {
        bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 2 }) },
      },
    )
    expect(run.fills).toMatchObject([
      { side: 'buy', price: 107, quantity: 2, tsEventMs: closeMs(0), liquidity: 'taker' },
    ])
  })

  test('decided at a close fill at that close when told so', () => {
    const run = play(
      [
        [100, 110, 90, 105],
        [107, 120, 100, 110],
      ],
      {
        bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 2 }) },
      },
      { fill: { marketFill: 'close' } },
    )
    expect(run.fills).toMatchObject([{ price: 105, tsEventMs: closeMs(0) }])
  })

  test('pay half the spread and slippage, rounded against us to the tick', () => {
    const options = { instruments: [instrument({ tickSize: '0.01' })], fill: { spreadBps: 10, slippageBps: 5 } }
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 100, 100, 100],
        [100, 100, 100, 100],
      ],
      {
        bars: {
          0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 3 }),
          1: ({ submit, instrument }) => submit({ instrument, side: 'sell', quantity: 3 }),
        },
      },
      options,
    )
    // 100 plus 5 bp of half spread and 5 bp of slippage.
    expect(fillsOf(run)).toEqual([
      ['buy', 100.1, 3],
      ['sell', 99.9, 3],
    ])
    expect(run.fills[0]?.slippage).toBeCloseTo(0.3, 12)
  })

  test('across a gap in the data fill at the open after it', () => {
    const bars = barsOf([
      [100, 110, 90, 105],
      [80, 85, 75, 80],
    ])
    bars.openTimeMs[1] = START_MS + 10 * 3_600_000
    bars.closeTimeMs[1] = START_MS + 11 * 3_600_000
    const run = play(
      [
        [100, 110, 90, 105],
        [80, 85, 75, 80],
      ],
      {
        bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }) },
      },
      { finer: bars },
    )
    expect(fillsOf(run)).toEqual([['buy', 80, 1]])
  })

  test('two orders of 60 in a bar of volume 1,000 at a share of 10 % get 100 together', () => {
    const rows = [
      [100, 100, 100, 100, 1_000],
      [100, 100, 100, 100, 1_000],
      [100, 100, 100, 100, 1_000],
    ] as const
    const run = play(
      rows,
      {
        bars: {
          0: ({ submit, instrument }) => {
            submit({ instrument, side: 'buy', quantity: 60 })
            submit({ instrument, side: 'buy', quantity: 60 })
          },
        },
      },
      { fill: { volumeShare: 0.1 } },
    )
    expect(run.fills.map((fill) => [fill.orderId, fill.quantity, fill.tsEventMs])).toEqual([
      [1, 60, closeMs(0)],
      [2, 40, closeMs(0)],
      [2, 20, closeMs(1)],
    ])
  })

  test('in a bar without volume nothing fills', () => {
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 100, 100, 100, 0],
        [90, 90, 90, 90],
      ],
      {
        bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }) },
      },
      { fill: { volumeShare: 0.1 } },
    )
    expect(run.fills).toMatchObject([{ price: 90, tsEventMs: closeMs(1) }])
  })

  test('immediate-or-cancel keeps what it got, fill-or-kill takes all or nothing', () => {
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 100, 100, 100, 1_000],
        [100, 100, 100, 100],
      ],
      {
        bars: {
          0: ({ submit, instrument }) => {
            submit({ instrument, side: 'buy', quantity: 150, timeInForce: 'FOK' })
            submit({ instrument, side: 'buy', quantity: 150, timeInForce: 'IOC' })
          },
        },
      },
      { fill: { volumeShare: 0.1 } },
    )
    expect(fillsOf(run)).toEqual([['buy', 100, 100]])
    expect(run.orders.map(({ state, filledQuantity }) => [state, filledQuantity])).toEqual([
      ['cancelled', 0],
      ['cancelled', 100],
    ])
  })
})

describe('limit orders', () => {
  const buyAt100 = {
    bars: {
      0: ({ submit, instrument }: Parameters<NonNullable<Parameters<typeof play>[1]['bars']>[number]>[0]) => {
        submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 100 })
      },
    },
  }

  test('at a low of exactly the limit do not fill', () => {
    expect(
      play(
        [
          [105, 105, 105, 105],
          [104, 106, 100, 101],
        ],
        buyAt100,
      ).fills,
    ).toEqual([])
  })

  test('at a low of exactly the limit fill when touching is enough', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 100, 101],
      ],
      buyAt100,
      { fill: { throughTicks: 0 } },
    )
    expect(run.fills).toMatchObject([{ price: 100, liquidity: 'maker' }])
  })

  test('fill at the limit once price trades one tick through', () => {
    expect(
      fillsOf(
        play(
          [
            [105, 105, 105, 105],
            [104, 106, 99, 101],
          ],
          buyAt100,
        ),
      ),
    ).toEqual([['buy', 100, 1]])
  })

  test('fill at the open when the bar opens beyond', () => {
    expect(
      fillsOf(
        play(
          [
            [105, 105, 105, 105],
            [104, 106, 103, 104],
            [95, 106, 94, 101],
          ],
          buyAt100,
        ),
      ),
    ).toEqual([['buy', 95, 1]])
  })

  test('that arrive beyond the market take, never above the limit', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [99, 106, 99, 101],
      ],
      buyAt100,
      { fill: { slippageBps: 300 } },
    )
    expect(run.fills).toMatchObject([{ price: 100, liquidity: 'taker' }])
  })

  test('post-only that would take is rejected with the reason', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [105, 106, 90, 101],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 106, postOnly: true }),
        },
      },
    )
    expect(run.orders).toMatchObject([{ state: 'rejected', reason: 'post-only, but it would take at 105' }])
  })

  test('post-only fills at its limit even when price gaps beyond', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [90, 106, 90, 101],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 100, postOnly: true }),
        },
      },
    )
    expect(run.fills).toMatchObject([{ price: 100, liquidity: 'maker' }])
  })

  test('good-till-date expire and do not fill in the bar that may lie beyond it', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 90, 101],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({
              instrument,
              side: 'buy',
              quantity: 1,
              type: 'limit',
              limitPrice: 100,
              timeInForce: 'GTD',
              expireTimeMs: closeMs(1) - 1,
            }),
        },
      },
    )
    expect(run.orders).toMatchObject([{ state: 'expired', closedTimeMs: closeMs(1) - 1 }])
  })

  test('maker and taker pay their own rates', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 99, 101],
        [101, 101, 101, 101],
      ],
      {
        bars: {
          ...buyAt100.bars,
          1: ({ submit, instrument }) => submit({ instrument, side: 'sell', quantity: 1 }),
        },
      },
      { instruments: [instrument({ makerFeeRate: 0.001, takerFeeRate: 0.002 })] },
    )
    expect(run.fills.map((fill) => fill.fee)).toEqual([100 * 0.001, 101 * 0.002])
  })
})

describe('stop orders', () => {
  const holding = (type: 'stop-market' | 'stop-limit', limitPrice?: number): Parameters<typeof play>[1] => ({
    bars: {
      0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }),
      1: ({ submit, instrument }) =>
        submit({
          instrument,
          side: 'sell',
          quantity: 1,
          type,
          triggerPrice: 100,
          ...(limitPrice === undefined ? {} : { limitPrice }),
        }),
    },
  })
  const before = [
    [105, 105, 105, 105],
    [105, 105, 105, 105],
  ] as const

  test('sell stop 100 after a close of 105: a bar opening at 90 fills at 90', () => {
    expect(fillsOf(play([...before, [90, 95, 85, 92]], holding('stop-market')))[1]).toEqual(['sell', 90, 1])
  })

  test('sell stop 100: a bar opening at 102 with a low of 98 fills at 100', () => {
    expect(fillsOf(play([...before, [102, 103, 98, 99]], holding('stop-market')))[1]).toEqual(['sell', 100, 1])
  })

  test('trigger when touched', () => {
    expect(fillsOf(play([...before, [102, 103, 100, 101]], holding('stop-market')))[1]).toEqual(['sell', 100, 1])
  })

  test('a stop-limit whose limit was jumped rests and fills when price comes back through it', () => {
    const run = play([...before, [90, 95, 85, 92], [92, 100, 91, 95]], holding('stop-limit', 99))
    expect(run.fills[1]).toMatchObject({ price: 99, tsEventMs: closeMs(3), liquidity: 'maker' })
  })

  test('a stop-limit triggered inside the bar fills at the stop, never below its limit', () => {
    expect(
      fillsOf(play([...before, [102, 103, 90, 92]], holding('stop-limit', 99), { fill: { slippageBps: 500 } }))[1],
    ).toEqual(['sell', 99, 1])
  })

  test('a take-profit sells into a rise, at the open when that is better', () => {
    const script = (trigger: number): Parameters<typeof play>[1] => ({
      bars: {
        0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1 }),
        1: ({ submit, instrument }) =>
          submit({ instrument, side: 'sell', quantity: 1, type: 'take-profit', triggerPrice: trigger }),
      },
    })
    expect(fillsOf(play([...before, [106, 112, 104, 105]], script(110)))[1]).toEqual(['sell', 110, 1])
    expect(fillsOf(play([...before, [115, 116, 104, 105]], script(110)))[1]).toEqual(['sell', 115, 1])
  })

  test('what the volume left of a triggered stop goes at the next open', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [105, 105, 105, 105],
        [102, 103, 98, 99, 50],
        [80, 81, 79, 80],
      ],
      {
        bars: {
          0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 10 }),
          1: ({ submit, instrument }) =>
            submit({ instrument, side: 'sell', quantity: 10, type: 'stop-market', triggerPrice: 100 }),
        },
      },
      { fill: { volumeShare: 0.1 } },
    )
    expect(fillsOf(run).slice(1)).toEqual([
      ['sell', 100, 5],
      ['sell', 80, 5],
    ])
  })
})

describe('inside one bar', () => {
  test('with a long position the stop is met before the target', () => {
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 120, 80, 110],
        [110, 110, 110, 110],
      ],
      {
        bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 2 }) },
        onFill({ submit, instrument }, _price, count) {
          if (count > 1) return
          submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 90 })
          submit({ instrument, side: 'sell', quantity: 1, type: 'limit', limitPrice: 115 })
        },
      },
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 100, 2],
      ['sell', 90, 1],
      ['sell', 115, 1],
    ])
  })

  test('an order placed in reply to a fill takes part in the rest of the bar', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 95, 96],
      ],
      {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'limit', limitPrice: 100 }),
        },
        onFill({ submit, instrument }, _price, count) {
          if (count === 1) submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 97 })
        },
      },
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 100, 1],
      ['sell', 97, 1],
    ])
  })

  test('finer bars decide what the coarse bar leaves open', () => {
    // Rises to 115 first, then falls to 90: the target is met before the stop.
    const finer = barsOf(
      [
        [100, 100, 100, 100],
        [100, 100, 100, 100],
        [100, 118, 100, 110],
        [110, 110, 80, 90],
      ],
      1_800_000,
    )
    const script: Parameters<typeof play>[1] = {
      bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 2 }) },
      onFill({ submit, instrument }, _price, count) {
        if (count > 1) return
        submit({ instrument, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 90 })
        submit({ instrument, side: 'sell', quantity: 1, type: 'limit', limitPrice: 115 })
      },
    }
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 118, 80, 90],
      ],
      script,
      { finer },
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 100, 2],
      ['sell', 115, 1],
      ['sell', 90, 1],
    ])
    expect(run.refinedBars).toEqual({ 'BTC-USDT.TEST': 2 })
  })
})

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
