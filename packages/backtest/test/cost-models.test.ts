import type { BarColumns, SeriesColumns } from '@kestrel/core'
import { configureStrategy, defineStrategy, type Order } from '@kestrel/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { TakerCosts } from '../src/costs/taker-costs.ts'
import { resolveConfig } from '../src/run/backtest-config.ts'
import type { StatedFillModel } from '../src/venue/cost-terms.ts'
import { type FillModel, harsher, kinder } from '../src/venue/fill-model.ts'
import { barsOf, fillsOf, instrument, play, type Row, START_MS } from './scripted-run.ts'

const HOUR_MS = 3_600_000
/** Bars without range at 1,000, so that no price but the cost moves. */
const flat = (count: number, volume = 100): Row[] =>
  Array.from({ length: count }, () => [1_000, 1_000, 1_000, 1_000, volume])
const FINE = instrument({ tickSize: '0.0000001', lotSize: '0.001' })

const idle = defineStrategy({ name: 'idle', about: 'Nothing.', params: z.object({}), start: () => ({}) })
type Script = Parameters<typeof play>[1]

/** Buys at the close of bar `at`. */
const buys = (at: number, quantity: number): Script => ({
  bars: { [at]: ({ submit }) => void submit({ instrument: FINE, side: 'buy', quantity }) },
})

/** Buys `quantity` at the close of bar `at` and so at the open of the next. */
function bought(rows: readonly Row[], quantity: number, at: number, fill: StatedFillModel, beside = {}) {
  return play(rows, buys(at, quantity), { instruments: [FINE], beside, fill }).fills
}

/** Costs of a purchase beyond 1,000, in basis points. */
const costBps = (fills: ReturnType<typeof bought>): number[] => fills.map(({ price }) => (price / 1_000 - 1) * 10_000)

describe('slippage', () => {
  // Two hourly returns of ln 1.01 make a daily volatility of sqrt(24) * ln 1.01 = 4.87 %. The volume of 100 an hour is
  // 2,400 a day, and 24 of it 1 %: the root is 0.1, so 48.7 bp.
  test('square root of the share of the day before', () => {
    const rows: Row[] = [
      [1_000, 1_000, 1_000, 1_000, 100],
      [1_010, 1_010, 1_010, 1_010, 100],
      [1_000, 1_000, 1_000, 1_000, 100],
      [1_000, 1_000, 1_000, 1_000, 1],
    ]
    const expected = Math.log(1.01) * Math.sqrt(24) * 0.1 * 10_000
    const [cost] = costBps(bought(rows, 24, 2, { slippage: { model: 'sqrt' } }))
    expect(cost).toBeCloseTo(expected, 4)
    const [half] = costBps(bought(rows, 24, 2, { slippage: { model: 'sqrt', coefficient: 0.5 } }))
    expect(half).toBeCloseTo(expected / 2, 4)
  })

  // zipline: 2 of the 100 that an hour of the last day traded: 0.02^2 * 0.1 = 0.4 bp. At most 2.5 of the bar's 100 fill.
  test('share of the volume that the last day makes a bar expect, with its limit', () => {
    expect(costBps(bought(flat(4), 2, 1, { slippage: { model: 'volume-share' } }))[0]).toBeCloseTo(0.4, 5)
    const fills = bought(flat(5), 6, 1, { slippage: { model: 'volume-share' } })
    expect(fills.map(({ quantity }) => quantity)).toEqual([2.5, 2.5, 1])
    expect(costBps(fills)[0]).toBeCloseTo(0.1 * 0.025 ** 2 * 1e4, 5)
  })

  test('an order cut into pieces costs what it costs whole', () => {
    const rows: Row[] = [...flat(1), [1_000, 1_020, 990, 1_010, 100], [1_010, 1_010, 1_000, 1_000, 100], ...flat(2)]
    const cost = (pieces: readonly number[]): number => {
      const run = play(
        rows,
        {
          bars: {
            2: ({ submit }) => {
              for (const quantity of pieces) submit({ instrument: FINE, side: 'buy', quantity })
            },
          },
        },
        { instruments: [FINE], fill: { slippage: { model: 'sqrt', maxBps: 10_000 } } },
      )
      return run.fills.reduce((sum, fill) => sum + fill.slippage, 0)
    }
    expect(cost([8])).toBeGreaterThan(1)
    expect(cost([2, 2, 2, 2])).toBeCloseTo(cost([8]), 3)
    expect(cost([1, 7])).toBeCloseTo(cost([8]), 3)
  })

  test('a larger order is never cheaper by the unit, and a tiny one costs next to nothing', () => {
    const rows: Row[] = [
      ...flat(1),
      [1_000, 1_020, 990, 1_010, 100],
      [1_010, 1_010, 1_000, 1_000, 100],
      ...flat(2, 1e9),
    ]
    const lots = fc.integer({ min: 1, max: 200_000 })
    const model = fc.constantFrom({ model: 'sqrt' } as const, { model: 'volume-share', limit: 1 } as const)
    fc.assert(
      fc.property(lots, lots, model, (a, b, slippage) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map((each) => {
          const [fill] = bought(rows, each / 1_000, 2, { slippage })
          return fill?.price ?? Number.NaN
        }) as [number, number]
        expect(large).toBeGreaterThanOrEqual(small)
        expect(small).toBeGreaterThanOrEqual(1_000)
      }),
      { numRuns: 40 },
    )
    const [tiny] = bought(rows, 0.001, 2, { slippage: { model: 'volume-share' } })
    expect(tiny?.price).toBeCloseTo(1_000, 6)
  })
})

describe('spread', () => {
  const quotes = (rows: readonly (readonly [timeMs: number, bid: number, ask: number])[]): SeriesColumns => {
    const timeMs = Float64Array.from(rows, ([each]) => each)
    return {
      tsEventMs: timeMs,
      knowableTimeMs: timeMs,
      values: { bid: Float64Array.from(rows, ([, bid]) => bid), ask: Float64Array.from(rows, ([, , ask]) => ask) },
    }
  }

  // Bid 999 and ask 1,001: a spread of 20 bp, half of it 10. A quote of the fill's own bar comes too late, an old one is none.
  test.each<[string, readonly (readonly [number, number, number])[], number]>([
    ['the last quote before the open', [[START_MS + 2 * HOUR_MS - 1, 999, 1_001]], 10],
    ['a quote at the very open', [[START_MS + 2 * HOUR_MS, 999, 1_001]], 10],
    ['a quote inside the bar', [[START_MS + 2 * HOUR_MS + 1, 999, 1_001]], 2.5],
    ['a quote that is too old', [[START_MS + 2 * HOUR_MS - 60_001, 999, 1_001]], 2.5],
  ])('from quotes: %s', (_what, rows, expected) => {
    const beside = { series: () => quotes(rows) }
    const [cost] = costBps(bought(flat(4), 1, 1, { spread: { model: 'quotes' } }, beside))
    expect(cost).toBeCloseTo(expected, 4)
  })

  test('from quotes that the run does not have, or that are crossed', () => {
    expect(() => bought(flat(4), 1, 1, { spread: { model: 'quotes' } })).toThrow(
      expect.objectContaining({ code: 'KERNEL_NO_SERIES', meta: { series: 'quotes', instrument: FINE.id } }),
    )
    const crossed = { series: () => quotes([[START_MS, 1_001, 999]]) }
    expect(() => bought(flat(4), 1, 1, { spread: { model: 'quotes' } }, crossed)).toThrow('bid 1001 and ask 999')
  })

  // Half of a tenth of the mean of ln(1,010 / 1,000) and ln(1,030 / 1,000); the wild bar of the fill itself does not count.
  test('from the volatility of closed bars', () => {
    const rows: Row[] = [
      [1_000, 1_010, 1_000, 1_000],
      [1_000, 1_030, 1_000, 1_000],
      [1_000, 1_900, 500, 1_000],
      [1_000, 1_000, 1_000, 1_000],
    ]
    const spread = { model: 'volatility', bars: 2, share: 0.1, maxBps: 1_000 } as const
    const [cost] = costBps(bought(rows, 1, 1, { spread }))
    expect(cost).toBeCloseTo((((Math.log(1.01) + Math.log(1.03)) / 2) * 0.1 * 10_000) / 2, 4)
    // Before two bars have closed there is no estimate: the least spread.
    expect(costBps(bought(rows, 1, 0, { spread: { ...spread, minBps: 6 } }))[0]).toBeCloseTo(3, 4)
  })

  test('decides whether a limit order takes', () => {
    const script = (limitPrice: number): Script => ({
      bars: {
        1: ({ submit }) => void submit({ instrument: FINE, side: 'buy', quantity: 1, type: 'limit', limitPrice }),
      },
    })
    const beside = { series: () => quotes([2, 3].map((hour) => [START_MS + hour * HOUR_MS - 1, 999, 1_001] as const)) }
    const liquidity = (limitPrice: number) =>
      play([...flat(2), [1_000, 1_000, 990, 1_000], ...flat(1)], script(limitPrice), {
        instruments: [FINE],
        beside,
        fill: { spread: { model: 'quotes' } },
      }).fills.map((fill) => fill.liquidity)
    expect([liquidity(1_001), liquidity(1_000.9)]).toEqual([['taker'], ['maker']])
  })
})

describe('no look-ahead', () => {
  const models: StatedFillModel[] = [
    { slippage: { model: 'sqrt' }, spread: { model: 'volatility', bars: 3 } },
    { slippage: { model: 'volume-share', limit: 0.2 }, spread: { model: 'corwin-schultz', bars: 2 } },
    { slippage: { model: 'sqrt' }, spread: { model: 'abdi-ranaldo', bars: 2 } },
  ]
  const row = fc
    .tuple(
      fc.integer({ min: 900, max: 1_100 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 500 }),
    )
    .map(([price, up, down, volume]): Row => [price, price + up, price - down, price, volume])

  test('other bars later on change no fill at an earlier open', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 12, maxLength: 12 }),
        fc.array(row, { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 2, max: 10 }),
        fc.constantFrom(...models),
        (rows, others, cut, fill) => {
          const filled = (columns: readonly Row[]) => {
            const bars: NonNullable<Script['bars']> = Object.fromEntries(
              columns.map((_, i) => [
                i,
                ({ submit }) =>
                  void submit({ instrument: FINE, side: i % 3 === 2 ? 'sell' : 'buy', quantity: 1 + i / 8 }),
              ]),
            )
            return fillsOf(play(columns, { bars }, { instruments: [FINE], fill }))
          }
          // The bar of the cut keeps its open, at which orders meet the market, and its volume, which limits them.
          const own = rows[cut] as Row
          const other = others[cut] as Row
          const open = own[0]
          const kept: Row = [open, Math.max(open, other[1]), Math.min(open, other[2]), other[3], own[4] ?? 0]
          const mixed = [...rows.slice(0, cut), kept, ...others.slice(cut + 1)]
          const until = (columns: readonly Row[]) => {
            const all = filled(columns)
            return all.slice(0, filled(columns.slice(0, cut + 1)).length)
          }
          expect(until(mixed)).toEqual(until(rows))
        },
      ),
      { numRuns: 60 },
    )
  })
})

// Half of a spread of 10 bp and an impact of 40 bp: harsh has twice of both, kind the spread alone.
test('the band scales what the models find', () => {
  const model = resolveConfig({
    instruments: [FINE],
    timeframe: '1h',
    strategies: [configureStrategy(idle)],
    cash: 1,
    fill: { spread: { model: 'volatility', minBps: 10 }, slippage: { model: 'sqrt' } },
  }).fill
  const history = {
    spread: { timeMs: Float64Array.of(0), bps: Float64Array.of(10), maxAgeMs: Infinity, fallbackBps: 1 },
    day: {
      openTimeMs: Float64Array.of(-HOUR_MS),
      closeTimeMs: Float64Array.of(0),
      volume: Float64Array.of(10_000),
      volatility: Float64Array.of(0.04),
    },
  }
  const order = { side: 'buy', instrument: FINE } as Order
  const cost = (fill: FillModel): number =>
    new TakerCosts(fill, [history]).rateOf({ instrumentIndex: 0, knownMs: 1 }, order, 100_000) * 10_000
  expect(cost(model)).toBeCloseTo(45, 9)
  expect(cost(harsher(model))).toBeCloseTo(90, 9)
  expect(cost(kinder(model))).toBeCloseTo(5, 9)
  const share = { ...model, slippage: { model: 'volume-share', limit: 0.1, impact: 0.1 } } as const
  expect(cost(harsher(share)) - 10).toBeCloseTo(2 * (cost(share) - 5), 9)
  expect(cost(kinder(share))).toBeCloseTo(5, 9)
})

test('bars of the run decide, whatever finer bars the orders are played against', () => {
  const rows: Row[] = [...flat(1), [1_000, 1_020, 990, 1_000, 100], ...flat(2)]
  const finer: BarColumns = barsOf(
    rows.flatMap(([open, high, low, close, volume = 0]): Row[] => [
      [open, high, low, close, volume / 2],
      [close, close, close, close, volume / 2],
    ]),
    HOUR_MS / 2,
  )
  const fill: StatedFillModel = { slippage: { model: 'sqrt' }, spread: { model: 'volatility', bars: 1 } }
  const [coarse] = play(rows, buys(1, 3), { instruments: [FINE], fill }).fills
  const [fine] = play(rows, buys(1, 3), { instruments: [FINE], fill, finer }).fills
  expect(fine?.price).toBe(coarse?.price)
})

test.each<[string, StatedFillModel]>([
  ['fixed slippage of 3 bp', { slippageBps: 3, slippage: { model: 'sqrt' } }],
  ['fixed spread of 2 bp', { spreadBps: 2, spread: { model: 'quotes' } }],
  [
    'both as rates and as a schedule',
    { takerFeeRate: 0.001, fees: [{ tiers: [{ minVolume: 0, makerRate: 0, takerRate: 0 }] }] },
  ],
  ['coefficient', { slippageBps: 0, slippage: { model: 'sqrt', coefficient: 11 } }],
  ['begins at 5', { fees: [{ tiers: [{ minVolume: 5, makerRate: 0, takerRate: 0 }] }] }],
])('refuses costs that contradict themselves: %s', (message, fill) => {
  expect(() => play(flat(2), {}, { instruments: [FINE], fill: { slippageBps: 0, spreadBps: 0, ...fill } })).toThrow(
    message,
  )
})
