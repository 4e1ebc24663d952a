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
        [100, 100, 100, 100, 1_000],
        [100, 100, 100, 100, 1_000_000],
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
    // Judged by the volume of the bar before: that of the coming one is not known at its open.
    expect(fillsOf(run)).toEqual([['buy', 100, 100]])
    expect(run.orders.map(({ state, filledQuantity }) => [state, filledQuantity])).toEqual([
      ['cancelled', 0],
      ['cancelled', 100],
    ])
  })

  test.each([
    ['lighter', 500],
    ['heavier', 5_000],
    ['unlike', 0],
  ])('at the open of a bar %s than the one before, of which alone is known how much it traded', (_, volume) => {
    const run = play(
      [
        [100, 100, 100, 100, 1_000],
        [100, 101, 100, 100, volume],
      ],
      { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1_000 }) } },
      { fill: { volumeShare: 0.1 } },
    )
    expect(fillsOf(run)[0]).toEqual(['buy', 100, 100])
  })

  test('what an open gave beyond the share of its bar is missing from the next ones', () => {
    const run = play(
      [
        [100, 100, 100, 100, 1_000],
        [100, 100, 100, 100, 200],
        [100, 100, 100, 100, 500],
        [100, 100, 100, 100, 500],
        [100, 100, 100, 100, 500],
      ],
      { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 1_000 }) } },
      { fill: { volumeShare: 0.1 } },
    )
    // 100 at an open whose bar allows 20; the 80 too many are 30 after the bar after it.
    expect(fillsOf(run).map(([, , quantity]) => quantity)).toEqual([100, 20, 50])
  })

  test('nothing at the open of a bar in which nothing traded', () => {
    const run = play(
      [
        [100, 100, 100, 100, 1_000],
        [100, 100, 100, 100, 0],
        [104, 104, 104, 104, 10],
      ],
      { bars: { 0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 50 }) } },
      { fill: { volumeShare: 0.1 } },
    )
    expect(fillsOf(run)).toEqual([['buy', 104, 50]])
  })
})
