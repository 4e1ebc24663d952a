import { configureStrategy } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { dailyBars, fillsOf, free, play, type Row } from '../test/single-market.ts'
import { donchianBreakout } from './donchian-breakout.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
/** A channel from 90 to 110 whose true range is 20 at every bar, so that the ATR is 20. */
const QUIET: Row = [100, 110, 90, 100]
const CHANNEL: readonly Row[] = Array.from({ length: 6 }, () => QUIET)
/** One unit risks 1 % of 10,000 over an ATR of 20: 5 base units, well within the money. */
const PARAMS = { entryBars: 5, exitBars: 3, atrBars: 5, maxExposure: 5, maxUnits: 4 }

const buys = (run: ReturnType<typeof play>): unknown[] => fillsOf(run).filter(([side]) => side === 'buy')
/** Plenty of money, so that four units of 5 can be paid. */
const RICH = { instruments: [free(PERP)] }

describe('entries', () => {
  test('rest one tick above the channel and are sized by risk', () => {
    const run = play(donchianBreakout, PARAMS, { [PERP]: dailyBars([...CHANNEL, [100, 112, 99, 111]]) }, RICH)
    expect(fillsOf(run)).toEqual([['buy', 110.01, 5]])
  })

  test('fill at the open across a gap', () => {
    const run = play(
      donchianBreakout,
      { ...PARAMS, maxUnits: 1 },
      { [PERP]: dailyBars([...CHANNEL, [130, 131, 129, 130]]) },
      RICH,
    )
    expect(fillsOf(run)).toEqual([['buy', 130, 5]])
  })

  test('are not set off by a high that only equals the channel', () => {
    const run = play(donchianBreakout, PARAMS, { [PERP]: dailyBars([...CHANNEL, [100, 110, 95, 105]]) }, RICH)
    expect(run.base.fills).toEqual([])
  })

  test('follow the channel as it narrows', () => {
    const narrow: Row[] = Array.from({ length: 6 }, () => [100, 105, 95, 100])
    const run = play(
      donchianBreakout,
      { ...PARAMS, maxUnits: 1 },
      { [PERP]: dailyBars([...CHANNEL, ...narrow, [100, 106, 100, 106]]) },
      RICH,
    )
    expect(run.base.fills).toMatchObject([{ side: 'buy', price: 105.01 }])
  })

  test('stay within the money on spot', () => {
    const run = play(
      donchianBreakout,
      { ...PARAMS, riskPerUnit: 0.1, maxExposure: 0.8 },
      { [BTC]: dailyBars([...CHANNEL, [100, 112, 99, 111]]) },
    )
    // A fifth of 10,000 for each of four units.
    expect(buys(run)).toEqual([['buy', 110.01, expect.closeTo(2_000 / 110.01, 3)]])
  })

  test('trade both directions on a perpetual, and only upwards on spot', () => {
    const down: Row[] = [...CHANNEL, [95, 95, 88, 88], [88, 90, 86, 88]]
    const both = { ...PARAMS, direction: 'both', maxUnits: 1 }
    expect(fillsOf(play(donchianBreakout, both, { [PERP]: dailyBars(down) }, RICH))).toEqual([['sell', 89.99, 5]])
    expect(play(donchianBreakout, both, { [BTC]: dailyBars(down) }).base.fills).toEqual([])
  })
})

describe('pyramiding', () => {
  test('adds a unit every half ATR, one a bar, up to the limit', () => {
    const rise: Row[] = [
      [109, 125, 109, 118],
      [118, 128, 116, 127],
      [132, 138, 131, 137],
      [137, 150, 135, 149],
      [149, 170, 148, 169],
    ]
    const run = play(donchianBreakout, PARAMS, { [PERP]: dailyBars([...CHANNEL, ...rise]) }, RICH)
    // An ATR of 20 puts each unit 10 beyond the one before; the third fills at the open, four units are all.
    expect(buys(run)).toEqual([
      ['buy', 110.01, 5],
      ['buy', 120.01, 5],
      ['buy', 132, 5],
      ['buy', 142, 5],
    ])
  })

  test('keeps one stop for all units, two ATRs below the newest', () => {
    const run = play(
      donchianBreakout,
      PARAMS,
      { [PERP]: dailyBars([...CHANNEL, [109, 115, 109, 114], [114, 124, 112, 123], [123, 124, 70, 75]]) },
      RICH,
    )
    expect(fillsOf(run)).toEqual([
      ['buy', 110.01, 5],
      ['buy', 120.01, 5],
      ['sell', 89.99, 10],
    ])
    expect(run.base.openPositions).toEqual([])
  })
})

describe('a bar that fills the next unit and the stop', () => {
  test.each([
    ['closing low', 92],
    ['closing high', 124],
  ])('leaves that unit with a stop of its own: %s', (_, close) => {
    const bars: Row[] = [
      ...CHANNEL,
      [109, 115, 109, 114],
      [114, 125, 85, close],
      [close, 126, 88, close],
      [close, close, 40, 45],
    ]
    const run = play(donchianBreakout, PARAMS, { [PERP]: dailyBars(bars) }, RICH)
    expect(fillsOf(run).slice(0, 3)).toHaveLength(3)
    expect(run.base.openPositions).toEqual([])
  })
})

describe('a bar that fills both entries', () => {
  /** A channel from 90 to 112 around 100, whose two entries differ in size for want of money. */
  const uneven: readonly Row[] = Array.from({ length: 6 }, () => [100, 112, 90, 100] as const)
  const both = { ...PARAMS, direction: 'both', riskPerUnit: 0.1, maxExposure: 1 }

  test.each([
    ['rising', [100, 113, 89, 112]],
    ['falling', [100, 113, 89, 90]],
  ] as const)('leaves a trade of the larger one, which its stop ends: %s', (_, wild) => {
    const calm: Row[] = Array.from({ length: 4 }, () => [wild[3], wild[3] + 0.5, wild[3] - 0.5, wild[3]] as const)
    const crash: Row[] = [
      [wild[3], 200, 60, 100],
      [100, 100, 100, 100],
    ]
    const run = play(donchianBreakout, both, { [PERP]: dailyBars([...uneven, wild, ...calm, ...crash]) }, RICH)
    const [bought, sold] = [112.01, 89.99].map((price) => 10_000 / 4 / price) as [number, number]
    const entries = run.base.fills.filter(({ tag }) => tag === 'breakout').slice(0, 2)
    expect(entries.map(({ side }) => side).toSorted()).toEqual(['buy', 'sell'])
    const stop = run.base.fills.find(({ tag }) => tag === 'stop')
    expect(stop).toMatchObject({ side: 'buy', quantity: expect.closeTo(sold - bought, 5) })
  })

  test('never has a stop that adds to the position', () => {
    const rows: Row[] = Array.from({ length: 60 }, (_, i) => {
      const middle = 100 + 10 * Math.sin(i / 3)
      const half = i % 7 === 0 ? 40 : 8
      return [middle, middle + half, middle - half, middle + (i % 2 === 0 ? 2 : -2)] as const
    })
    const run = play(donchianBreakout, both, { [PERP]: dailyBars(rows) }, RICH)
    let held = 0
    for (const { side, quantity, tag } of run.base.fills) {
      const after = held + (side === 'buy' ? quantity : -quantity)
      if (tag === 'stop') expect(Math.abs(after)).toBeLessThan(Math.abs(held))
      held = after
    }
    expect(run.base.fills.length).toBeGreaterThan(20)
    expect(run.base.orders.filter(({ tag }) => tag === 'stop').every(({ reduceOnly }) => reduceOnly)).toBe(true)
  })
})

describe('exits', () => {
  test('follow the exit channel upwards', () => {
    const rise: Row[] = [
      [109, 112, 109, 111],
      [111, 118, 110, 117],
      [117, 118, 112, 116],
      [116, 117, 113, 115],
    ]
    const run = play(
      donchianBreakout,
      { ...PARAMS, maxUnits: 1 },
      { [PERP]: dailyBars([...CHANNEL, ...rise, [115, 115, 100, 101]]) },
      RICH,
    )
    // Lows of the last three bars: 110, 112, 113.
    expect(fillsOf(run)).toEqual([
      ['buy', 110.01, 5],
      ['sell', 109.99, 5],
    ])
  })

  test('take everything back before the next entry', () => {
    const crash: Row[] = [
      [109, 112, 109, 111],
      [111, 111, 60, 62],
      [62, 64, 60, 62],
    ]
    const run = play(donchianBreakout, PARAMS, { [PERP]: dailyBars([...CHANNEL, ...crash]) }, RICH)
    expect(run.base.openPositions).toEqual([])
    // Only the entry of the channel's top rests; the second unit and the stop are gone.
    expect(run.base.orders.filter((order) => order.state === 'accepted')).toMatchObject([
      { side: 'buy', tag: 'breakout' },
    ])
  })
})

test('the exit channel may not be longer than the entry channel', () => {
  expect(() => configureStrategy(donchianBreakout, { entryBars: 10, exitBars: 20 })).toThrow('do not go together')
})
