import { describe, expect, test } from 'vitest'
import { barsOf, closeMs, fillsOf, instrument, play, START_MS } from './scripted-run.ts'

const aaa = instrument({ id: 'AAA-USDT.TEST' })
const bbb = instrument({ id: 'BBB-USDT.TEST' })
const flat = [100, 100, 100, 100] as const
const HALF_HOUR = 1_800_000

describe('a reply to a fill of another instrument', () => {
  const breakout = (reply: Parameters<typeof play>[1]['onFill']): Parameters<typeof play>[1] => ({
    bars: {
      0: ({ submit }) => submit({ instrument: aaa, side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 110 }),
    },
    ...(reply === undefined ? {} : { onFill: reply }),
  })

  test.each([[[aaa, bbb]], [[bbb, aaa]]])(
    'fills at the next open, in whichever order the instruments stand',
    (instruments) => {
      const rising = [flat, [100, 120, 100, 120], [130, 130, 130, 130]] as const
      const run = play(
        [rising, rising],
        breakout(({ submit }, _price, count) => {
          if (count === 1) submit({ instrument: bbb, side: 'buy', quantity: 1 })
        }),
        { instruments },
      )
      expect(run.fills.map(({ instrumentId, price, tsEventMs }) => [instrumentId, price, tsEventMs])).toEqual([
        [aaa.id, 110, closeMs(1)],
        [bbb.id, 130, closeMs(1)],
      ])
    },
  )

  test('does not undo an order that its own bar may have reached', () => {
    const run = play(
      [
        [flat, [100, 120, 100, 120]],
        [flat, [100, 105, 90, 100]],
      ],
      {
        bars: {
          0: ({ submit }) => {
            submit({ instrument: aaa, side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 110 })
            submit({ instrument: bbb, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
          },
        },
        onFill({ openOrders, cancel }) {
          for (const order of openOrders(bbb)) cancel(order)
        },
      },
      { instruments: [aaa, bbb] },
    )
    expect(run.states).toEqual(['filled', 'filled'])
  })

  test('at the same open takes part in that bar', () => {
    const run = play(
      [
        [flat, flat],
        [flat, [100, 110, 90, 100]],
      ],
      {
        bars: { 0: ({ submit }) => submit({ instrument: aaa, side: 'buy', quantity: 1 }) },
        onFill({ submit }, _price, count) {
          if (count === 1) submit({ instrument: bbb, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
        },
      },
      { instruments: [aaa, bbb] },
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 100, 1],
      ['buy', 95, 1],
    ])
  })
})

describe('latency', () => {
  const rows = [flat, [100, 120, 90, 115], [112, 120, 90, 115], flat] as const

  test.each([
    ['a market order', { quantity: 1 }, 112],
    ['a limit beyond the market', { quantity: 1, type: 'limit', limitPrice: 130 }, 112],
    ['a stop that is already reached', { quantity: 1, type: 'stop-market', triggerPrice: 95 }, 112],
  ] as const)('%s acts from the first bar that opens after it', (_, request, price) => {
    const run = play(
      rows,
      { bars: { 0: ({ submit, instrument: traded }) => submit({ instrument: traded, side: 'buy', ...request }) } },
      { fill: { latencyMs: 3_540_000 } },
    )
    expect(run.fills).toMatchObject([{ price, tsEventMs: closeMs(1) }])
  })
})

test('time never goes back where one instrument has finer bars than another', () => {
  const fine = barsOf(
    Array.from({ length: 8 }, (_, i) => [100 + i, 101 + i, 99 + i, 100 + i] as const),
    HALF_HOUR,
  )
  const times: number[] = []
  const run = play(
    [
      [flat, flat, flat, flat],
      [flat, [200, 210, 190, 200], flat, flat],
    ],
    {
      bars: {
        0: ({ submit }) => {
          submit({ instrument: aaa, side: 'buy', quantity: 1, type: 'limit', limitPrice: 500 })
          submit({ instrument: bbb, side: 'buy', quantity: 1 })
        },
      },
      onFill: ({ clock, submit }, _price, count) => {
        times.push(clock.nowMs)
        if (count < 4) submit({ instrument: aaa, side: 'buy', quantity: 1, type: 'limit', limitPrice: 500 })
      },
    },
    { instruments: [aaa, bbb], finerOf: aaa.id, finer: fine },
  )
  expect(times.length).toBeGreaterThan(3)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(run.fills.find((fill) => fill.instrumentId === bbb.id)).toMatchObject({
    price: 200,
    tsEventMs: START_MS + 3_600_000,
  })
})

describe('an entry inside a bar', () => {
  const bracket: Parameters<typeof play>[1]['onFill'] = ({ submit, instrument: traded }, _price, count) => {
    if (count > 1) return
    submit({ instrument: traded, side: 'sell', quantity: 1, type: 'limit', limitPrice: 108 })
    submit({ instrument: traded, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 92 })
  }

  test('by a limit does not find its target behind it', () => {
    const run = play([flat, [100, 110, 95, 100], flat], {
      bars: {
        0: ({ submit, instrument: traded }) =>
          submit({ instrument: traded, side: 'buy', quantity: 2, type: 'limit', limitPrice: 96 }),
      },
      onFill: bracket,
    })
    expect(fillsOf(run)).toEqual([['buy', 96, 2]])
  })

  test('by a stop is heard of at the end of the bar: what protects it rests from the next open', () => {
    const run = play([flat, [100, 110, 90, 100], [100, 110, 90, 100], flat], {
      bars: {
        0: ({ submit, instrument: traded }) =>
          submit({ instrument: traded, side: 'buy', quantity: 2, type: 'stop-market', triggerPrice: 104 }),
      },
      onFill: bracket,
    })
    expect(fillsOf(run)).toEqual([
      ['buy', 104, 2],
      ['sell', 92, 1],
      ['sell', 108, 1],
    ])
    expect(run.fills.map((fill) => fill.tsEventMs)).toEqual([closeMs(1), closeMs(2), closeMs(2)])
  })
})

test('a fill names the bar that it happened in', () => {
  const run = play([flat, [100, 110, 90, 100], flat], {
    bars: {
      0: ({ submit, instrument: traded }) => {
        submit({ instrument: traded, side: 'buy', quantity: 1 })
        submit({ instrument: traded, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
      },
      1: ({ submit, instrument: traded }) => submit({ instrument: traded, side: 'sell', quantity: 1 }),
    },
  })
  expect(run.fills.map(({ tsEventMs, barOpenTimeMs }) => [tsEventMs, barOpenTimeMs])).toEqual([
    [closeMs(0), closeMs(0)],
    [closeMs(1), closeMs(0)],
    [closeMs(1), closeMs(1)],
  ])
})

test('what a position held before cannot do: an add at the low does not find its target at the high', () => {
  const run = play([flat, flat, [100, 110, 95, 100], flat], {
    bars: {
      0: ({ submit, instrument: traded }) => submit({ instrument: traded, side: 'buy', quantity: 1 }),
      1: ({ submit, instrument: traded }) =>
        submit({ instrument: traded, side: 'buy', quantity: 50, type: 'limit', limitPrice: 96 }),
    },
    onFill({ submit, instrument: traded }, _price, count) {
      if (count === 2) submit({ instrument: traded, side: 'sell', quantity: 50, type: 'limit', limitPrice: 108 })
    },
  })
  expect(fillsOf(run)).toEqual([
    ['buy', 100, 1],
    ['buy', 96, 50],
  ])
})

describe('replies in onOrder', () => {
  const rising = [flat, [100, 120, 100, 120], [130, 130, 130, 130]] as const

  test('are placed at the time of what they reply to, and reach other instruments at their next open', () => {
    const run = play(
      [rising, rising],
      {
        bars: {
          0: ({ submit }) =>
            submit({
              instrument: aaa,
              side: 'buy',
              quantity: 1,
              type: 'stop-limit',
              triggerPrice: 110,
              limitPrice: 105,
            }),
        },
        onOrder({ submit }, state) {
          if (state === 'triggered') submit({ instrument: bbb, side: 'buy', quantity: 1 })
        },
      },
      { instruments: [aaa, bbb] },
    )
    expect(run.fills.find((fill) => fill.instrumentId === bbb.id)).toMatchObject({ price: 130, tsEventMs: closeMs(1) })
  })

  test('can take an order back that has just been accepted', () => {
    const run = play([flat, [100, 110, 90, 100]], {
      bars: {
        0: ({ submit, instrument: traded }) =>
          submit({ instrument: traded, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 }),
      },
      onOrder({ cancel }, state, order) {
        if (state === 'accepted') cancel(order)
      },
    })
    expect(run.states).toEqual(['cancelled'])
  })
})

test('an amendment in reply to another instrument waits for the end of the bar, as a cancellation does', () => {
  const run = play(
    [
      [flat, [100, 120, 100, 120], flat],
      [flat, [100, 105, 90, 100], flat],
    ],
    {
      bars: {
        0: ({ submit }) => {
          submit({ instrument: aaa, side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 110 })
          submit({ instrument: bbb, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 })
        },
      },
      onFill({ openOrders, amend }) {
        for (const order of openOrders(bbb)) amend(order, { limitPrice: 50 })
      },
    },
    { instruments: [aaa, bbb] },
  )
  expect(run.fills.find((fill) => fill.instrumentId === bbb.id)).toMatchObject({ price: 95, liquidity: 'maker' })
})

test('a limit that arrives inside the spread rests: it fills at its own price, not at the open', () => {
  const run = play(
    [flat, [100, 101, 100, 101]],
    {
      bars: {
        0: ({ submit, instrument: traded }) =>
          submit({ instrument: traded, side: 'buy', quantity: 1, type: 'limit', limitPrice: 101 }),
      },
    },
    { fill: { spreadBps: 400 } },
  )
  expect(run.fills).toMatchObject([{ price: 101, liquidity: 'maker' }])
})

test('fill-or-kill that the account cannot cover is killed', () => {
  const run = play(
    [flat, flat, flat],
    {
      bars: {
        0: ({ submit, instrument: traded }) =>
          submit({ instrument: traded, side: 'buy', quantity: 10, timeInForce: 'FOK' }),
      },
    },
    { cash: 1_000, instruments: [instrument({ takerFeeRate: 0.01 })] },
  )
  expect(run.fills).toEqual([])
  expect(run.states).toEqual(['cancelled'])
})
