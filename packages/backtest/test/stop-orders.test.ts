import { describe, expect, test } from 'vitest'
import { closeMs, fillsOf, play } from './scripted-run.ts'

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
