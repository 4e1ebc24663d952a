// Long because: every rule of a group is shown by the one bar that tells it from its neighbours.
import { describe, expect, test } from 'vitest'
import { closeMs, fillsOf, instrument, play, type Row, type Script } from './scripted-run.ts'

const PERP = instrument({ id: 'BTC-USDT-PERP.TEST' })
const FLAT: Row = [100, 100, 100, 100]
const run = (rows: readonly Row[], bars: NonNullable<Script['bars']>, options: Parameters<typeof play>[2] = {}) =>
  play(rows, { bars }, { instruments: [PERP], ...options })

/** A long bracket at the first close: entry 100 by limit, stop 95, target 110. */
const longBracket: NonNullable<Script['bars']> = {
  0: ({ bracket, instrument: one }) =>
    bracket({
      entry: { instrument: one, side: 'buy', quantity: 2, type: 'limit', limitPrice: 100 },
      stop: { triggerPrice: 95 },
      target: { limitPrice: 110 },
    }),
}

describe('a bracket', () => {
  test('that was entered inside a bar loses by that bar where its range reaches the stop', () => {
    const { fills, states } = run([[104, 104, 104, 104], [104, 120, 94, 105], FLAT], longBracket)
    expect(fills.map(({ price, tsEventMs }) => [price, tsEventMs])).toEqual([
      [100, closeMs(1)],
      [95, closeMs(1)],
    ])
    expect(states).toEqual(['filled', 'filled', 'cancelled'])
  })

  test('that was entered inside a bar wins in it only where the close makes it certain', () => {
    const win = run([[104, 104, 104, 104], [104, 120, 97, 112], FLAT], longBracket)
    expect(fillsOf(win)).toEqual([
      ['buy', 100, 2],
      ['sell', 110, 2],
    ])
    const open = run(
      [
        [104, 104, 104, 104],
        [104, 120, 97, 108],
        [108, 109, 108, 109],
      ],
      longBracket,
    )
    expect(fillsOf(open)).toEqual([['buy', 100, 2]])
    expect(open.states).toEqual(['filled', 'accepted', 'accepted'])
  })

  test('that was entered at an open has both exits from that open, and the stop comes first', () => {
    const { fills } = run([[104, 104, 104, 104], [99, 120, 94, 115], FLAT], longBracket)
    expect(fills.map(({ price, tsEventMs }) => [price, tsEventMs])).toEqual([
      [99, closeMs(0)],
      [95, closeMs(1)],
    ])
  })

  test('whose entry fills at an open beyond its stop is stopped at that open', () => {
    const { fills } = run([[104, 104, 104, 104], [90, 96, 88, 92], FLAT], longBracket)
    expect(fills.map(({ price, tsEventMs }) => [price, tsEventMs])).toEqual([
      [90, closeMs(0)],
      [90, closeMs(0)],
    ])
  })

  test('grows with its entry, and shrinks with its exits', () => {
    const rows: Row[] = [
      [104, 104, 104, 104, 10],
      [104, 105, 99, 101, 10],
      [101, 105, 99, 101, 10],
      [101, 112, 101, 105, 10],
      [105, 112, 105, 105, 1_000],
    ]
    const { fills, orders } = run(rows, longBracket, { fill: { volumeShare: 0.1 } })
    expect(fills.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([
      [1, 1],
      [1, 1],
      [3, 1],
      [3, 1],
    ])
    expect(orders.map(({ state, quantity }) => [state, quantity])).toEqual([
      ['filled', 2],
      ['cancelled', 1],
      ['filled', 2],
    ])
  })

  test('keeps its stop when the venue takes its target away, and not when the strategy does', () => {
    const rows: Row[] = [[104, 104, 104, 104], [104, 105, 99, 101], [110, 110, 110, 110], FLAT]
    const { states, orders } = run(rows, {
      ...longBracket,
      // It meets the target, which the market has not gone through.
      1: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 1 }),
    })
    expect(states).toEqual(['filled', 'accepted', 'cancelled', 'filled'])
    expect(orders[2]?.reason).toContain('would trade with it')
    const cancelled = run(rows, {
      ...longBracket,
      1: ({ cancel, openOrders }) => cancel(openOrders().find(({ type }) => type === 'limit') as never),
    })
    expect(cancelled.states).toEqual(['filled', 'cancelled', 'cancelled'])
  })

  test('whose entry is cancelled goes; what was filled keeps its exits', () => {
    const cancelAt = (bar: number, rows: readonly Row[]) =>
      run(
        rows,
        {
          ...longBracket,
          [bar]: ({ cancel, openOrders }) => cancel(openOrders()[0] as never),
        },
        { fill: { volumeShare: 0.1 } },
      )
    const quiet: Row = [104, 105, 103, 104, 10]
    expect(cancelAt(1, [quiet, quiet, quiet]).states).toEqual(['cancelled', 'cancelled', 'cancelled'])
    const half = cancelAt(1, [quiet, [104, 105, 99, 101, 10], quiet])
    expect(half.orders.map(({ state, quantity }) => [state, quantity])).toEqual([
      ['cancelled', 2],
      ['accepted', 1],
      ['accepted', 1],
    ])
  })
})

describe('a group that contradicts itself is refused as a whole', () => {
  const entry = { instrument: PERP, side: 'buy', quantity: 2, type: 'limit', limitPrice: 100 } as const
  const exit = { instrument: PERP, side: 'sell', quantity: 2 } as const
  const other = instrument({ id: 'ETH-USDT-PERP.TEST' })
  test.each([
    [
      'stop above',
      { ...exit, type: 'stop-market', triggerPrice: 105 },
      'the stop at 105 of a long lies above its entry',
    ],
    ['target below', { ...exit, type: 'limit', limitPrice: 95 }, 'the target at 95 of a long lies below its entry'],
    ['same side', { ...exit, side: 'buy', type: 'limit', limitPrice: 110 }, 'does not close what the entry buys'],
    [
      'too large',
      { ...exit, quantity: 3, type: 'limit', limitPrice: 110 },
      'the members close 3, but the entry opens 2',
    ],
    ['other instrument', { ...exit, instrument: other, type: 'limit', limitPrice: 110 }, 'a member trades ETH'],
    ['market', exit, 'a market order cannot wait'],
    ['fill or kill', { ...exit, type: 'limit', limitPrice: 110, timeInForce: 'FOK' }, 'cannot be FOK'],
  ] as const)('%s', (_, member, reason) => {
    const { orders } = run([FLAT, FLAT], { 0: ({ submitGroup }) => submitGroup({ entry, members: [member] }) })
    expect(orders.map(({ state }) => state)).toEqual(['refused', 'refused'])
    for (const order of orders) expect(order.reason).toContain(reason)
  })

  test('a short is the mirror image, and a stop beyond its target is refused too', () => {
    const short = { ...entry, side: 'sell' } as const
    const cover = { ...exit, side: 'buy' } as const
    const { orders } = run([FLAT, FLAT], {
      0: ({ submitGroup }) => {
        submitGroup({ entry: short, members: [{ ...cover, type: 'stop-market', triggerPrice: 95 }] })
        submitGroup({
          members: [
            { ...exit, type: 'stop-market', triggerPrice: 110 },
            { ...exit, type: 'limit', limitPrice: 105 },
          ],
        })
      },
    })
    expect(orders[0]?.reason).toContain('the stop at 95 of a short lies below its entry at 100')
    expect(orders[2]?.reason).toContain('would both act at once')
  })
})

describe('exits on the wrong side of their entry', () => {
  const entry = { instrument: PERP, side: 'buy', quantity: 1 } as const
  const wide: Row[] = [FLAT, [100, 105, 95, 100], FLAT]

  test.each([
    ['a stop above the first level of a trailing entry', { type: 'trailing-stop', trailingDistance: 3 }, 500, 900],
    ['a stop above an entry at the market', {}, 101, 900],
    ['a target below an entry at the market', {}, 90, 99],
  ] as const)('%s: refused', (_, terms, triggerPrice, limitPrice) => {
    const { orders } = run(wide, {
      0: ({ bracket }) => bracket({ entry: { ...entry, ...terms }, stop: { triggerPrice }, target: { limitPrice } }),
    })
    expect(orders.map(({ state }) => state)).toEqual(['refused', 'refused', 'refused'])
    expect(orders[0]?.reason).toMatch(/the (stop|target) at \d+ of a long lies (above|below) its entry at 10[03]/)
  })

  test('an amendment that would put a waiting stop there is refused, and so is one of the entry', () => {
    let answers: (string | undefined)[] = []
    const { fills } = run(wide, {
      0: ({ bracket, amend }) => {
        const made = bracket({
          entry: { ...entry, type: 'limit', limitPrice: 98 },
          stop: { triggerPrice: 94 },
          target: { limitPrice: 900 },
        })
        answers = [
          amend(made.stop, { triggerPrice: 500 }),
          amend(made.entry, { limitPrice: 93 }),
          amend(made.target, { limitPrice: 97 }),
          amend(made.stop, { triggerPrice: 90 }),
        ]
      },
    })
    expect(answers).toEqual([
      'the stop at 500 of a long lies above its entry at 98',
      'the stop at 94 of a long lies above its entry at 93',
      'the target at 97 of a long lies below its entry at 98',
      undefined,
    ])
    expect(fills.map(({ price }) => price)).toEqual([98])
  })

  test('a stop that price has passed as a trailing entry fills sells at the price of the entry', () => {
    const { fills } = run([FLAT, [96, 99, 92, 98], FLAT], {
      0: ({ bracket }) =>
        bracket({
          entry: { ...entry, type: 'trailing-stop', trailingDistance: 2 },
          stop: { triggerPrice: 99 },
          target: { limitPrice: 900 },
        }),
    })
    expect(fills.map(({ side, price }) => [side, price])).toEqual([
      ['buy', 98],
      ['sell', 98],
    ])
  })
})

describe('one cancels the other', () => {
  test('one that is cut to the position takes from the others only what it filled', () => {
    const { fills, orders } = play(
      [FLAT, [100, 120, 90, 118], FLAT],
      {
        bars: { 0: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 1 }) },
        onFill: ({ submitGroup, instrument: one }, _, count) => {
          if (count !== 1) return
          const exit = { instrument: one, side: 'sell', quantity: 10 } as const
          submitGroup({
            members: [
              { ...exit, type: 'trailing-stop', trailingDistance: 20, reduceOnly: true },
              { ...exit, type: 'limit', limitPrice: 105 },
            ],
          })
        },
      },
      { instruments: [PERP] },
    )
    expect(fills.map(({ price, quantity }) => [price, quantity])).toEqual([
      [100, 1],
      [90, 1],
      [105, 9],
    ])
    expect(orders.map(({ state }) => state)).toEqual(['filled', 'filled', 'filled'])
  })

  test('on spot both sell the same holding, which is set aside once', () => {
    const { states } = play([FLAT, FLAT, [100, 112, 100, 105], FLAT], {
      bars: {
        0: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 2 }),
        1: ({ submitGroup, instrument: one }) => {
          const exit = { instrument: one, side: 'sell', quantity: 2 } as const
          submitGroup({
            members: [
              { ...exit, type: 'stop-market', triggerPrice: 90 },
              { ...exit, type: 'limit', limitPrice: 110 },
            ],
          })
        },
      },
    })
    expect(states).toEqual(['filled', 'cancelled', 'filled'])
  })

  test('a member that is turned down takes the others with it', () => {
    const { orders } = run([FLAT, FLAT], {
      0: ({ submitGroup, instrument: one }) =>
        submitGroup({
          members: [
            { instrument: one, side: 'buy', quantity: 1, type: 'limit', limitPrice: 101, postOnly: true },
            { instrument: one, side: 'sell', quantity: 1, type: 'limit', limitPrice: 110 },
          ],
        }),
    })
    expect(orders.map(({ state }) => state)).toEqual(['rejected', 'cancelled'])
  })
})

describe('coins of spot that an exit is to sell', () => {
  const wide: Row = [100, 105, 98, 100]
  /** Two coins bought at the first close, with a stop at 95 and a target at 110 for them. */
  const bought: NonNullable<Script['bars']> = {
    0: ({ bracket, instrument: one }) =>
      bracket({
        entry: { instrument: one, side: 'buy', quantity: 2 },
        stop: { triggerPrice: 95 },
        target: { limitPrice: 110 },
      }),
  }
  const move: NonNullable<Script['bars']>[number] = ({ amend, openOrders }) => {
    for (const order of openOrders()) {
      expect(amend(order, order.type === 'limit' ? { limitPrice: 104 } : { triggerPrice: 99 })).toBeUndefined()
    }
  }

  test('are the same for the other exit of its group: each may be moved', () => {
    const won = play([FLAT, FLAT, FLAT, [100, 105, 100, 100], FLAT], { bars: { ...bought, 2: move } })
    expect(fillsOf(won)).toEqual([
      ['buy', 100, 2],
      ['sell', 104, 2],
    ])
    const lost = play([FLAT, FLAT, FLAT, wide, FLAT], { bars: { ...bought, 2: move } })
    expect(fillsOf(lost)).toEqual([
      ['buy', 100, 2],
      ['sell', 99, 2],
    ])
  })

  test('are the same in a group without entry: each may be moved', () => {
    const { fills } = play([FLAT, FLAT, FLAT, FLAT, wide, FLAT], {
      bars: {
        0: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 2 }),
        1: ({ submitGroup, instrument: one }) => {
          const exit = { instrument: one, side: 'sell', quantity: 2 } as const
          submitGroup({
            members: [
              { ...exit, type: 'limit', limitPrice: 110 },
              { ...exit, type: 'stop-market', triggerPrice: 95 },
            ],
          })
        },
        3: move,
      },
    })
    expect(fills.map(({ side, price, quantity }) => [side, price, quantity])).toEqual([
      ['buy', 100, 2],
      ['sell', 99, 2],
    ])
  })

  test('are not for sale beside it, and all others are', () => {
    const sell =
      (quantity: number): NonNullable<Script['bars']>[number] =>
      ({ submit, instrument: one }) =>
        submit({ instrument: one, side: 'sell', quantity })
    const buyMore: NonNullable<Script['bars']>[number] = ({ submit, instrument: one }) =>
      submit({ instrument: one, side: 'buy', quantity: 1 })
    const run = play([FLAT, FLAT, FLAT, FLAT, FLAT, FLAT], { bars: { ...bought, 1: buyMore, 3: sell(2), 4: sell(1) } })
    expect(run.states).toEqual(['filled', 'accepted', 'accepted', 'filled', 'refused', 'filled'])
    expect(run.orders[4]?.reason).toBe('sells 2 BTC, but only 1 are held and free (spot cannot be sold short)')
  })
})

describe('what is special of an order', () => {
  test('a trailing stop follows the highs and sells at its level', () => {
    const { fills } = run(
      [FLAT, [100, 103, 99, 103], [103, 110, 103, 110], [110, 111, 107, 108], [104, 105, 103, 104], FLAT],
      {
        0: ({ submit, instrument: one }) => {
          submit({ instrument: one, side: 'buy', quantity: 1 })
          submit({ instrument: one, side: 'sell', quantity: 1, type: 'trailing-stop', trailingDistance: 5 })
        },
      },
    )
    // Level 98 after the first bar, then 105 behind 110, then 106 behind 111; the open of 104 is a gap.
    // The third bar fell from 110 to 103 at most before it rose: 7 is more than 5, so it may have been met.
    expect(fills.map(({ price, tsEventMs }) => [price, tsEventMs])).toEqual([
      [100, closeMs(0)],
      [103, closeMs(2)],
    ])
  })

  test.each([0, -3])('a trailing distance of %d is refused', (trailingDistance) => {
    const { orders } = run([FLAT, FLAT], {
      0: ({ submit, instrument: one }) =>
        submit({ instrument: one, side: 'sell', quantity: 1, type: 'trailing-stop', trailingDistance }),
    })
    expect(orders[0]).toMatchObject({ state: 'refused' })
    expect(orders[0]?.reason).toContain(`trailing distance ${trailingDistance} is not above zero`)
  })

  test('a close-position stop sells what is held when it is set off', () => {
    const { fills, orders } = run([FLAT, FLAT, FLAT, [100, 100, 90, 92], FLAT], {
      0: ({ submit, instrument: one }) => {
        submit({ instrument: one, side: 'buy', quantity: 1 })
        submit({ instrument: one, side: 'sell', type: 'stop-market', triggerPrice: 95, closePosition: true })
      },
      1: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 4 }),
    })
    expect(fills.at(-1)).toMatchObject({ side: 'sell', quantity: 5, price: 95 })
    expect(orders[1]).toMatchObject({ state: 'filled', quantity: 5, closePosition: true })
  })

  test('an iceberg fills one slice a bar as a maker', () => {
    // Reached inside the first bar, at the open of the second and of the third.
    const { fills } = run([FLAT, [100, 101, 90, 95], [95, 101, 90, 95], [95, 101, 90, 95]], {
      0: ({ submit, instrument: one }) =>
        submit({ instrument: one, side: 'buy', quantity: 5, type: 'limit', limitPrice: 97, displayQuantity: 2 }),
    })
    expect(fills.map(({ quantity, tsEventMs }) => [quantity, tsEventMs])).toEqual([
      [2, closeMs(1)],
      [2, closeMs(1)],
      [1, closeMs(2)],
    ])
  })

  test('an order that would trade with our own is kept from it', () => {
    const cross = (selfTrade: 'cancel-oldest' | 'cancel-newest' | 'allow') =>
      run(
        // No volume, so that the sale rests at 100, inside the market.
        [FLAT, [100, 100, 100, 100, 0], [100, 100, 100, 100], FLAT],
        {
          0: ({ submit, instrument: one }) =>
            submit({ instrument: one, side: 'sell', quantity: 1, type: 'limit', limitPrice: 100 }),
          1: ({ submit, instrument: one }) => submit({ instrument: one, side: 'buy', quantity: 1 }),
        },
        { fill: { volumeShare: 0.1, selfTrade } },
      ).states
    expect(cross('cancel-oldest')).toEqual(['cancelled', 'filled'])
    expect(cross('cancel-newest')).toEqual(['accepted', 'cancelled'])
    expect(cross('allow')).toEqual(['accepted', 'filled'])
  })

  test('a stop by mark price is turned down where the run has none', () => {
    const { orders } = run([FLAT, FLAT], {
      0: ({ submit, instrument: one }) =>
        submit({
          instrument: one,
          side: 'sell',
          quantity: 1,
          type: 'stop-market',
          triggerPrice: 95,
          triggerBy: 'mark',
        }),
    })
    expect(orders[0]).toMatchObject({
      state: 'rejected',
      reason:
        'no mark price of BTC-USDT-PERP.TEST covers the bars of this run: none is recorded, its bars are longer, or the run is on trades',
    })
  })
})
