import type { MarginTierTableSpec } from '@kestrel/core'
import type { MarginOptions } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { fillsOf, instrument, play, type Row, type Script, START_MS } from './scripted-run.ts'

const HOUR_MS = 3_600_000
const TABLE: MarginTierTableSpec = {
  id: 'plain',
  source: 'test',
  tiers: [{ floor: 0, cap: 1e9, maintenanceRate: 0.01, maxLeverage: 50 }],
}
// Binance: long 10x at 100 is liquidated at 90 / 0.99 = 90.909, bankrupt at 90; short at 110 / 1.01 = 108.91, and 110.
const one = instrument({ id: 'AAA-USDT-PERP.BINANCE', tickSize: '0.01', lotSize: '0.001' })
const two = instrument({ id: 'BBB-USDT-PERP.BINANCE', tickSize: '0.01', lotSize: '0.001' })
const flat: Row = [100, 100, 100, 100]
const margin: MarginOptions = { leverage: 10, tables: { [one.id]: TABLE, [two.id]: TABLE } }

/** Buys 1 at the first close, so at 100 at the second open, and does what the script says at the second close. */
function long(rows: readonly Row[], script: Script['bars'] = {}, more: Parameters<typeof play>[2] = {}) {
  return play(
    [flat, flat, ...rows],
    { bars: { 0: ({ submit }) => submit({ instrument: one, side: 'buy', quantity: 1 }), ...script } },
    { instruments: [one], cash: 1_000, margin, ...more },
  )
}

const logged = (run: ReturnType<typeof play>) => [...run.log.entries()].find(({ kind }) => kind === 'liquidation')
const exits = (run: ReturnType<typeof play>) =>
  run.fills.slice(1).map(({ liquidity, price, quantity }) => [liquidity, price, quantity])

describe('inside a bar', () => {
  test('the whole margin of an isolated position is lost, and no more', () => {
    const run = long([[100, 101, 90.9, 99]])
    expect(exits(run)).toEqual([['liquidation', 90, 1]])
    expect(run.endEquity).toBe(990)
    const entry = logged(run)
    // Set off at the low of 90.9, where the fund would have had 0.9 left.
    expect(entry).toMatchObject({ a: 90.9, b: 90, c: expect.closeTo(0.9) })
  })

  test('a low above the liquidation price leaves it alone', () => {
    expect(exits(long([[100, 101, 90.92, 99]]))).toEqual([])
  })

  test('a stop before the liquidation price comes first, one at or beyond it too late', () => {
    const stop = (triggerPrice: number) => ({
      1: ({ submit }: Parameters<NonNullable<Script['bars']>[0] & object>[0]) =>
        submit({ instrument: one, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice }),
    })
    expect(exits(long([[100, 101, 80, 99]], stop(91)))).toEqual([['taker', 91, 1]])
    const late = long([[100, 101, 80, 99]], stop(90.9))
    expect(exits(late)).toEqual([['liquidation', 90, 1]])
    expect(late.orders[1]).toMatchObject({ state: 'cancelled', reason: 'the position is liquidated' })
  })

  test('where the bar opens beyond both, the liquidation comes first, and no more than the margin is lost', () => {
    const run = long([[85, 86, 80, 85]], {
      1: ({ submit }) => submit({ instrument: one, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 95 }),
    })
    expect(exits(run)).toEqual([['liquidation', 90, 1]])
    const entry = logged(run)
    // The fund closes at 85 what it took over at 90.
    expect(entry).toMatchObject({ a: 85, b: 90, c: expect.closeTo(-5) })
  })

  test('a market order that waits for that open is cancelled: the position is gone', () => {
    const run = long([[85, 86, 80, 85]], { 1: ({ submit }) => submit({ instrument: one, side: 'sell', quantity: 1 }) })
    expect(run.states).toEqual(['filled', 'cancelled', 'filled'])
    expect(run.openPositions).toEqual([])
  })

  test('a profit that the bar also reached counts as too late', () => {
    const run = long([[100, 120, 90, 119]], {
      1: ({ submit }) => submit({ instrument: one, side: 'sell', quantity: 1, type: 'limit', limitPrice: 110 }),
    })
    expect(exits(run)).toEqual([['liquidation', 90, 1]])
  })

  test('a purchase on the way down comes first and moves the liquidation price', () => {
    const buy: Script['bars'] = {
      1: ({ submit }) => submit({ instrument: one, side: 'buy', quantity: 1, type: 'limit', limitPrice: 95 }),
    }
    // Entry 97.5 on average, collateral 19.5: liquidated at 87.75 / 0.99 = 88.64.
    expect(exits(long([[100, 101, 90, 99]], buy))).toEqual([['maker', 95, 1]])
    expect(exits(long([[100, 101, 88.6, 99]], buy))).toEqual([
      ['maker', 95, 1],
      ['liquidation', 87.75, 2],
    ])
  })

  test('a stop that the volume fills in part leaves the rest to be liquidated', () => {
    const run = long(
      [
        [100, 100, 100, 100, 4],
        [100, 101, 80, 99, 4],
      ],
      {
        2: ({ submit }) =>
          submit({ instrument: one, side: 'sell', quantity: 1, type: 'stop-market', triggerPrice: 95 }),
      },
      { fill: { volumeShare: 0.1 } },
    )
    expect(exits(run)).toEqual([
      ['taker', 95, 0.4],
      ['liquidation', 90, 0.6],
    ])
  })

  test('a position opened inside the bar is judged by the whole of it', () => {
    const entry: Script['bars'] = {
      1: ({ submit }) => submit({ instrument: one, side: 'buy', quantity: 1, type: 'stop-market', triggerPrice: 110 }),
    }
    const run = play([flat, flat, [100, 111, 99, 105]], { bars: entry }, { instruments: [one], cash: 1_000, margin })
    expect(fillsOf(run)).toEqual([
      ['buy', 110, 1],
      ['sell', 99, 1],
    ])
  })

  test('the taker fee of closing is in the price, so that the loss stays the margin', () => {
    const dear = instrument({ id: one.id, tickSize: '0.01', lotSize: '0.001', takerFeeRate: 0.001 })
    const run = play(
      [flat, flat, [100, 100, 80, 90]],
      { bars: { 0: ({ submit }) => submit({ instrument: dear, side: 'buy', quantity: 1 }) } },
      { instruments: [dear], cash: 1_000, margin },
    )
    expect(run.fills[1]?.price).toBeCloseTo(90 / 0.999, 9)
    expect(run.endEquity).toBeCloseTo(1_000 - 0.1 - 10, 9)
  })

  test('recorded marks liquidate in place of the last price', () => {
    const mark = (low: number) => ({
      tsEventMs: Float64Array.from([0, 1, 2], (i) => START_MS + i * HOUR_MS),
      knowableTimeMs: Float64Array.from([1, 2, 3], (i) => START_MS + i * HOUR_MS),
      values: {
        open: Float64Array.from([100, 100, 100]),
        high: Float64Array.from([100, 100, 100]),
        low: Float64Array.from([100, 100, low]),
        close: Float64Array.from([100, 100, 100]),
      },
    })
    expect(exits(long([[100, 101, 80, 99]], {}, { beside: { mark: () => mark(95) } }))).toEqual([])
    expect(exits(long([[100, 101, 99, 99]], {}, { beside: { mark: () => mark(90) } }))).toEqual([
      ['liquidation', 90, 1],
    ])
  })
})

describe('cross margin', () => {
  const cross: MarginOptions = { ...margin, mode: 'cross' }

  test('the whole cash of the currency stands behind a position, and all of it is lost', () => {
    const script: Script = { bars: { 0: ({ submit }) => submit({ instrument: one, side: 'buy', quantity: 5 }) } }
    const rows = (low: number): Row[] => [flat, flat, [100, 101, low, 95]]
    // 5 at 100 with 100 behind them: liquidated at 400 / 4.95 = 80.81, bankrupt at 80.
    const options = { instruments: [one], cash: 100, margin: cross }
    expect(play(rows(80.9), script, options).fills).toHaveLength(1)
    const run = play(rows(80.8), script, options)
    expect(fillsOf(run)[1]).toEqual(['sell', 80, 5])
    expect(run.endEquity).toBe(0)
  })

  test('two positions fall together, each at its worst price of the bar', () => {
    const script: Script = {
      bars: {
        0({ submit }) {
          submit({ instrument: one, side: 'buy', quantity: 4 })
          submit({ instrument: two, side: 'sell', quantity: 4 })
        },
      },
    }
    const run = play(
      [
        [flat, flat, [100, 101, 87, 100]],
        [flat, flat, [100, 113, 99, 100]],
      ],
      script,
      {
        instruments: [one, two],
        cash: 100,
        margin: cross,
      },
    )
    // 52 lost on each at the extremes, and 100 behind both: taken over on the way there, where nothing is left.
    expect(run.fills.slice(2).map(({ liquidity, price }) => [liquidity, price])).toEqual([
      ['liquidation', 87.5],
      ['liquidation', 112.5],
    ])
    expect(run.endEquity).toBeCloseTo(0, 9)
    const alone = play(
      [
        [flat, flat, [100, 101, 87, 100]],
        [flat, flat, flat],
      ],
      script,
      {
        instruments: [one, two],
        cash: 100,
        margin: cross,
      },
    )
    expect(alone.fills).toHaveLength(2)
  })

  test('what is left above the maintenance margin goes with the fee', () => {
    const script: Script = {
      bars: {
        0({ submit }) {
          submit({ instrument: one, side: 'buy', quantity: 4 })
          submit({ instrument: two, side: 'buy', quantity: 4 })
        },
      },
    }
    // 96 lost, 4 left, 7.04 demanded.
    const run = play(
      [
        [flat, flat, [100, 101, 88, 100]],
        [flat, flat, [100, 101, 88, 100]],
      ],
      script,
      {
        instruments: [one, two],
        cash: 100,
        margin: cross,
      },
    )
    expect(run.fills.slice(2).map(({ price }) => price)).toEqual([88, 88])
    for (const { fee } of run.fills.slice(2)) expect(fee).toBeCloseTo(2, 9)
    expect(run.endEquity).toBeCloseTo(0, 9)
  })

  test('profit of one position holds the other', () => {
    const script: Script = {
      bars: {
        0({ submit }) {
          submit({ instrument: one, side: 'buy', quantity: 4 })
          submit({ instrument: two, side: 'sell', quantity: 4 })
        },
      },
    }
    const fall: Row[] = [flat, flat, [100, 100, 70, 70]]
    const run = play([fall, fall], script, { instruments: [one, two], cash: 100, margin: cross })
    expect(run.fills.filter(({ liquidity }) => liquidity === 'liquidation')).toHaveLength(2)
    const slow: Row[] = [flat, flat, [100, 100, 90, 90], [90, 90, 80, 80], [80, 80, 70, 70]]
    expect(play([slow, slow], script, { instruments: [one, two], cash: 100, margin: cross }).fills).toHaveLength(2)
  })
})

describe('hedge mode', () => {
  const hedge = (mode: 'isolated' | 'cross'): MarginOptions => ({ ...margin, mode, positionMode: 'hedge' })
  const both: Script = {
    bars: {
      0({ submit }) {
        submit({ instrument: one, side: 'buy', quantity: 1, positionSide: 'long' })
        submit({ instrument: one, side: 'sell', quantity: 1, positionSide: 'short' })
      },
    },
  }

  test('two positions beside each other, each with its own trades', () => {
    const seen: number[] = []
    const run = play(
      [flat, flat, [105, 105, 105, 105], [105, 105, 105, 105]],
      {
        bars: {
          ...both.bars,
          1: ({ submit }) => submit({ instrument: one, side: 'sell', quantity: 1, positionSide: 'long' }),
          2: ({ position }) => seen.push(position(one, 'long').quantity, position(one, 'short').quantity),
        },
      },
      { instruments: [one], cash: 1_000, margin: hedge('isolated') },
    )
    expect(seen).toEqual([0, -1])
    expect(run.trades).toMatchObject([{ direction: 'long', profit: 5 }])
    expect(run.endEquity).toBe(1_000)
    expect(run.equity.grossExposure[1]).toBe(200)
  })

  test('isolated, the leg that loses goes alone; in cross margin the other one holds it', () => {
    const rows: Row[] = [flat, flat, [100, 100, 85, 86]]
    const isolated = play(rows, both, { instruments: [one], cash: 1_000, margin: hedge('isolated') })
    expect(isolated.openPositions).toMatchObject([{ quantity: -1 }])
    const cross = play(rows, both, { instruments: [one], cash: 50, margin: hedge('cross') })
    expect(cross.openPositions).toHaveLength(2)
  })

  test('a leg is never turned over', () => {
    const run = play(
      [flat, flat, flat, flat],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: one, side: 'buy', quantity: 1, positionSide: 'long' }),
          1: ({ submit }) => submit({ instrument: one, side: 'sell', quantity: 2, positionSide: 'long' }),
        },
      },
      { instruments: [one], cash: 1_000, margin: hedge('isolated') },
    )
    expect(run.orders[1]).toMatchObject({ state: 'refused', reason: 'closes 2 of the long position, which is 1' })
  })

  test('a side that is missing, or named outside hedge mode, is a defect of the strategy', () => {
    const order = { instrument: one, side: 'buy', quantity: 1 } as const
    const missing = () =>
      play([flat, flat], { bars: { 0: ({ submit }) => submit(order) } }, { instruments: [one], margin: hedge('cross') })
    expect(missing).toThrow(/no side was named/)
    const named = () =>
      play(
        [flat, flat],
        { bars: { 0: ({ submit }) => submit({ ...order, positionSide: 'long' }) } },
        { instruments: [one] },
      )
    expect(named).toThrow(/has one position in one-way mode/)
  })

  test('targets of a leg have its sign', () => {
    const run = play(
      [flat, flat, flat],
      {
        bars: {
          0({ target }) {
            target(one, { quantity: 2 }, { positionSide: 'long' })
            target(one, { quantity: -3 }, { positionSide: 'short' })
          },
        },
      },
      { instruments: [one], cash: 1_000, margin: hedge('cross') },
    )
    expect(run.openPositions.map(({ quantity }) => quantity)).toEqual([2, -3])
    const wrong = () =>
      play(
        [flat, flat],
        { bars: { 0: ({ target }) => target(one, { quantity: 2 }, { positionSide: 'short' }) } },
        { instruments: [one], margin: hedge('cross') },
      )
    expect(wrong).toThrow(/in its short position/)
  })
})
