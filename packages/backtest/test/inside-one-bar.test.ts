import { describe, expect, test } from 'vitest'
import { barsOf, closeMs, fillsOf, instrument, play, type Row } from './scripted-run.ts'

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

  test('what is done in reply to a fill takes effect at the next open', () => {
    const run = play(
      [
        [105, 105, 105, 105],
        [104, 106, 95, 96],
        [98, 99, 90, 95],
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
    expect(run.fills.map(({ price, tsEventMs }) => [price, tsEventMs])).toEqual([
      [100, closeMs(1)],
      [97, closeMs(2)],
    ])
  })

  test('a stop-limit whose limit lies behind its trigger waits for the next open', () => {
    const pullback = (next: Row) =>
      play([[100, 100, 100, 100], [100, 115, 85, 110], next], {
        bars: {
          0: ({ submit, instrument }) =>
            submit({ instrument, side: 'buy', quantity: 1, type: 'stop-limit', triggerPrice: 110, limitPrice: 105 }),
        },
      })
    expect(fillsOf(pullback([110, 112, 106, 110]))).toEqual([])
    expect(fillsOf(pullback([110, 112, 100, 110]))).toEqual([['buy', 105, 1]])
    expect(fillsOf(pullback([95, 112, 90, 110]))).toEqual([['buy', 95, 1]])
  })

  test('what loses gets the share of the last bar, what gains no more than that of its own as well', () => {
    const sold = (before: number, own: number, close: number) =>
      play(
        [
          [105, 105, 105, 105],
          [105, 105, 105, 105],
          [105, 105, 105, 105, before],
          [105, 106, 90, close, own],
        ],
        {
          bars: {
            0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 40 }),
            2: ({ submit, instrument }) =>
              submit({ instrument, side: 'sell', quantity: 40, type: 'stop-market', triggerPrice: 100 }),
          },
        },
        { fill: { volumeShare: 0.1 } },
      ).fills.at(-1)?.quantity
    expect([sold(100, 300, 104), sold(100, 300, 92)]).toEqual([10, 10])
    expect([sold(300, 100, 104), sold(300, 100, 92)]).toEqual([30, 10])
  })

  test('the volume goes to the order that loses most against the close', () => {
    const compete = (close: number) =>
      play(
        [
          [100, 100, 100, 100, 100],
          [100, 112, 88, close, 100],
        ],
        {
          bars: {
            0: ({ submit, instrument }) => {
              submit({ instrument, side: 'buy', quantity: 10, type: 'limit', limitPrice: 90 })
              submit({ instrument, side: 'buy', quantity: 10, type: 'stop-market', triggerPrice: 110 })
            },
          },
        },
        { fill: { volumeShare: 0.1 } },
      )
    expect(fillsOf(compete(112))).toEqual([['buy', 110, 10]])
    expect(fillsOf(compete(88))).toEqual([['buy', 110, 10]])
  })

  test('what may be reduced goes to the stop before the target', () => {
    const run = play(
      [
        [100, 100, 100, 100],
        [100, 100, 100, 100],
        [100, 120, 80, 110],
      ],
      {
        bars: {
          0: ({ submit, instrument }) => submit({ instrument, side: 'buy', quantity: 2 }),
          1: ({ submit, instrument }) => {
            const both = { instrument, side: 'sell', quantity: 2, reduceOnly: true } as const
            submit({ ...both, type: 'limit', limitPrice: 115 })
            submit({ ...both, type: 'stop-market', triggerPrice: 90 })
          },
        },
      },
      { instruments: [instrument({ id: 'BTC-USDT-PERP.TEST' })] },
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 100, 2],
      ['sell', 90, 2],
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
