import { describe, expect, test } from 'vitest'
import { closeMs, fillsOf, instrument, play, type Row } from './scripted-run.ts'

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
    expect(run.orders).toMatchObject([{ state: 'expired', closedTimeMs: closeMs(1) }])
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

  test.each(['buy', 'sell'] as const)('a limit far beyond the market costs what a market order does: %s', (side) => {
    const rows = Array.from({ length: 12 }, (): Row => [10_000, 10_010, 9_990, 10_000, 1_000])
    const fill = { spreadBps: 1, slippageBps: 2, volumeShare: 0.1 }
    const sent = (type: object) => {
      const run = play(
        rows,
        { bars: { 0: ({ submit, instrument }) => submit({ instrument, side, quantity: 1_000, ...type }) } },
        { instruments: [instrument({ id: 'BTC-USDT-PERP.TEST' })], fill },
      )
      expect(run.fills).toHaveLength(10)
      return run.fills.map(({ price, quantity, liquidity }) => [price, quantity, liquidity])
    }
    const limitPrice = side === 'buy' ? 10_500 : 9_500
    expect(sent({ type: 'limit', limitPrice })).toEqual(sent({}))
  })

  test('a limit beyond the last close takes what the volume left of it; one that price gaps to is a maker', () => {
    const fill = { spreadBps: 200, slippageBps: 0, volumeShare: 0.1 }
    const run = (last: Row) =>
      play(
        [[100, 100, 100, 100, 100], [100, 100, 90, last[0] === 80 ? 96 : 90, 100], last],
        {
          bars: {
            0: ({ submit, instrument }) =>
              submit({ instrument, side: 'buy', quantity: 15, type: 'limit', limitPrice: 95 }),
          },
        },
        { fill },
      ).fills.map(({ price, quantity, liquidity }) => [price, quantity, liquidity])
    expect(run([90, 90, 90, 90, 100])).toEqual([
      [95, 10, 'maker'],
      [91, 5, 'taker'],
    ])
    expect(run([80, 80, 80, 80, 100])).toEqual([
      [95, 10, 'maker'],
      [80, 5, 'maker'],
    ])
  })
})
