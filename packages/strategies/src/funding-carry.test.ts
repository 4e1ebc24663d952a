import type { BarColumns, SeriesColumns } from '@kestrel/core'
import { runBacktest } from '@kestrel/backtest'
import { configureStrategy, type MarginOptions } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { free, fromCloses } from '../test/single-market.ts'
import { fundingCarry } from './funding-carry.ts'

const SPOT = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
const EIGHT_HOURS_MS = 28_800_000
/** Three settlements of 0.01 % a day are 10.95 % a year. */
const PARAMS = { settlements: 3, entryRate: 0.1, exitRate: 0, exposure: 0.8 }

/** Settlements at 00, 08 and 16 o'clock over all bars, with the rate of their day. */
function fundingOf(bars: BarColumns, rateOfDay: readonly number[]): SeriesColumns {
  const times: number[] = []
  const rates: number[] = []
  bars.openTimeMs.forEach((openMs, day) => {
    for (let k = 0; k < 3; k++) {
      times.push(openMs + k * EIGHT_HOURS_MS)
      rates.push(rateOfDay[day] ?? 0)
    }
  })
  times.push(bars.closeTimeMs.at(-1) as number)
  rates.push(rateOfDay.at(-1) ?? 0)
  const tsEventMs = Float64Array.from(times)
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate: Float64Array.from(rates) } }
}

function run(
  closes: readonly number[],
  rateOfDay: readonly number[],
  params: Record<string, unknown> = {},
  margin: MarginOptions = {},
) {
  const bars: Record<string, BarColumns> = { [SPOT]: fromCloses(closes), [PERP]: fromCloses(closes) }
  const funding = fundingOf(bars[PERP] as BarColumns, rateOfDay)
  return runBacktest(
    {
      instruments: [free(SPOT), free(PERP)],
      timeframe: '1d',
      strategies: [configureStrategy(fundingCarry, { ...PARAMS, ...params })],
      cash: 10_000,
      margin,
      fill: { spreadBps: 0, slippageBps: 0 },
    },
    { bars: (id) => bars[id], funding: (id) => (id === PERP ? funding : undefined) },
    { band: false },
  ).base
}

const FLAT = Array.from({ length: 8 }, () => 100)
const story = (base: ReturnType<typeof run>): string[] =>
  base.orders.map(({ instrumentId, side, tag }) => `${instrumentId === SPOT ? 'spot' : 'perpetual'} ${side} ${tag}`)

test('holds spot against the perpetual while funding pays, and receives it', () => {
  const base = run(FLAT, [0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001])
  expect(story(base)).toEqual(['spot buy funding pays', 'perpetual sell funding pays'])
  // 40 coins on each side from the open of the second day (4,000 each way at 100). The settlement at that open
  // came before; 3 a day follow for 7 days, the last at the end, each 40 * 100 * 0.0001.
  expect(base.fills.map(({ quantity }) => quantity)).toEqual([40, 40])
  expect(base.endEquity).toBeCloseTo(10_000 + 21 * 0.4, 6)
})

test('is not there for the settlement of the instant that it enters at', () => {
  const base = run(FLAT.slice(0, 2), [0.0001, 0.0001])
  expect(base.endEquity).toBeCloseTo(10_000 + 3 * 0.4, 6)
})

test('does nothing where funding pays less than it wants', () => {
  expect(run(FLAT, [0.00009, 0.00009, 0.00009, 0.00009]).orders).toEqual([])
  expect(run(FLAT, [-0.001, -0.001, -0.001, -0.001]).orders).toEqual([])
})

test('leaves once the mean of its settlements is below the exit', () => {
  // The first settlement of a day is told at the close before it: after the fourth day the mean holds one of the fifth.
  const base = run(FLAT, [0.0001, 0.0001, 0.0001, 0.0001, -0.0003, -0.0003, -0.0003, -0.0003])
  expect(story(base).slice(2)).toEqual(['perpetual buy funding no longer pays', 'spot sell funding no longer pays'])
  expect(base.openPositions).toEqual([])
})

test('is indifferent to the price, and trades its legs back to their share', () => {
  const rates = Array.from({ length: 8 }, () => 0.0001)
  const doubling = [100, 100, 110, 120, 130, 140, 150, 160]
  const base = run(doubling, rates)
  const received = base.trades.reduce((sum, { funding }) => sum + funding, 0)
  expect(Math.abs(base.endEquity - 10_000 - received)).toBeLessThan(40)
  expect(story(base)).toContain('spot sell back to its share')
  expect(story(base)).toContain('perpetual buy back to its share')
  const [spot, perpetual] = base.openPositions
  expect((spot?.quantity ?? 0) + (perpetual?.quantity ?? 0)).toBeCloseTo(0, 6)
})

describe('while the price triples', () => {
  /** A tenth up every day, after three quiet ones. */
  const tripling = [100, 100, 100, ...Array.from({ length: 12 }, (_, i) => 100 * 1.1 ** (i + 1))]
  const rates = tripling.map(() => 0.0001)

  test.each([
    ['isolated', 1],
    ['isolated', 3],
    ['cross', 2],
  ] as const)('no leg is liquidated: %s margin at leverage %d', (mode, leverage) => {
    const base = run(tripling, rates, {}, { mode, leverage })
    expect(base.fills.filter(({ liquidity }) => liquidity === 'liquidation')).toEqual([])
    const [spot, perpetual] = base.openPositions
    expect(spot?.quantity).toBeGreaterThan(0)
    expect((spot?.quantity ?? 0) + (perpetual?.quantity ?? 0)).toBeCloseTo(0, 6)
  })

  test('the short leg is rolled before the price that liquidates it, which was twice its entry', () => {
    const base = run(tripling, rates)
    const roll = base.orders.findIndex(({ tag }) => tag === 'roll')
    expect(story(base).slice(roll, roll + 3)).toEqual([
      'perpetual buy roll',
      expect.stringMatching(/^spot (buy|sell) rolled$/),
      'perpetual sell rolled',
    ])
    const [closed, , opened] = base.orders.slice(roll, roll + 3)
    expect(closed?.averagePrice).toBeGreaterThan(150)
    expect(closed?.averagePrice).toBeLessThan(180)
    // Closed and opened at one open: the other leg is not alone for a bar.
    expect(opened?.createdTimeMs).toBe(closed?.closedTimeMs)
  })

  test('without the headroom it is liquidated', () => {
    const base = run(tripling, rates, { headroom: 0.02 })
    expect(base.fills.some(({ liquidity }) => liquidity === 'liquidation')).toBe(true)
  })
})

test('refuses an exit above the entry, and a run of one leg', () => {
  expect(() => configureStrategy(fundingCarry, { entryRate: 0.05, exitRate: 0.1 })).toThrow('do not go together')
})
