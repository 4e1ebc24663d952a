import { describe, expect, test } from 'vitest'
import { barsOf, fillsOf, play } from './scripted-run.ts'

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
