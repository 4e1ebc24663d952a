import type { SeriesColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { requireFunding } from '../src/run/require-funding.ts'
import { instrument, play, type Row, type Script, START_MS } from './scripted-run.ts'

const HOUR_MS = 3_600_000
const perp = instrument({ id: 'AAA-USDT-PERP.TEST', tickSize: '0.0001', lotSize: '0.001' })
const flat: Row = [2.5, 2.5, 2.5, 2.5]

/** Rates by hours after the start. */
function fundingOf(rows: Readonly<Record<number, number>>): SeriesColumns {
  const tsEventMs = Float64Array.from(Object.keys(rows), (hour) => START_MS + Number(hour) * HOUR_MS)
  return { tsEventMs, knowableTimeMs: tsEventMs, values: { rate: Float64Array.from(Object.values(rows)) } }
}

function markOf(rows: Readonly<Record<number, number>>): SeriesColumns {
  const tsEventMs = Float64Array.from(Object.keys(rows), (hour) => START_MS + Number(hour) * HOUR_MS)
  const price = Float64Array.from(Object.values(rows))
  const values = { open: price, high: price, low: price, close: price }
  return { tsEventMs, knowableTimeMs: tsEventMs, values }
}

const sell10: Script = { bars: { 0: ({ submit }) => submit({ instrument: perp, side: 'sell', quantity: 10 }) } }

describe('funding', () => {
  test('short 10 at mark 2.5 with a rate of 0.0002 receives 0.005', () => {
    const run = play([flat, flat, flat], sell10, {
      instruments: [perp],
      cash: 100,
      beside: { funding: () => fundingOf({ 2: 0.0002 }), mark: () => markOf({ 2: 2.5 }) },
    })
    expect(run.funding).toEqual([
      {
        instrumentId: perp.id,
        tsEventMs: START_MS + 2 * HOUR_MS,
        rate: 0.0002,
        markPrice: 2.5,
        isMarkMissing: false,
        quantity: -10,
        amount: 0.005,
      },
    ])
    expect(run.endEquity).toBe(100.005)
  })

  test('applies to the position held before its instant: a fill at that open comes after', () => {
    // Sold at the open of the second hour, where a settlement lies too.
    const run = play([flat, flat, flat], sell10, {
      instruments: [perp],
      cash: 100,
      beside: { funding: () => fundingOf({ 1: 0.5, 2: 0.0002 }), mark: () => markOf({ 1: 2.5, 2: 2.5 }) },
    })
    expect(run.funding.map(({ amount }) => amount)).toEqual([0.005])
  })

  test('a position closed at the very open still pays for the hours before', () => {
    const run = play(
      [flat, flat, flat, flat],
      { bars: { ...sell10.bars, 1: ({ submit }) => submit({ instrument: perp, side: 'buy', quantity: 10 }) } },
      {
        instruments: [perp],
        cash: 100,
        beside: { funding: () => fundingOf({ 2: -0.0002 }), mark: () => markOf({ 2: 2.5 }) },
      },
    )
    expect(run.trades).toMatchObject([{ funding: -0.005, profit: -0.005 }])
    expect(run.endEquity).toBe(99.995)
  })

  test('without a mark the newest close stands in, and is counted', () => {
    const run = play([flat, flat, [2.5, 3, 2.5, 2.8], flat], sell10, {
      instruments: [perp],
      cash: 100,
      beside: { funding: () => fundingOf({ 3: 0.0002 }) },
    })
    expect(run.funding).toMatchObject([{ markPrice: 2.8, isMarkMissing: true, amount: expect.closeTo(0.0056) }])
  })

  test('an inverse contract pays in its base', () => {
    const inverse = instrument({ id: 'BTC-USD-PERP.TEST', settlement: 'inverse', contractSize: 100 })
    const row: Row = [60_000, 60_000, 60_000, 60_000]
    const run = play(
      [row, row, row],
      { bars: { 0: ({ submit }) => submit({ instrument: inverse, side: 'buy', quantity: 30 }) } },
      {
        instruments: [inverse],
        cash: { BTC: 1 },
        reportingCurrency: 'BTC',
        beside: { funding: () => fundingOf({ 2: 0.0001 }), mark: () => markOf({ 2: 60_000 }) },
      },
    )
    expect(run.endEquity).toBeCloseTo(1 - 0.000005, 14)
  })

  test('what free cash does not cover comes out of the margin and brings liquidation nearer', () => {
    const prices: (number | undefined)[] = []
    play(
      [flat, flat, flat, flat],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: perp, side: 'buy', quantity: 10 }),
          1: ({ position }) => prices.push(position(perp).liquidationPrice),
          2: ({ position }) => prices.push(position(perp).liquidationPrice),
        },
      },
      {
        instruments: [perp],
        cash: 5.1,
        margin: { leverage: 5 },
        beside: { funding: () => fundingOf({ 3: 0.01 }), mark: () => markOf({ 3: 2.5 }) },
      },
    )
    // 5 of margin and 0.1 free; 0.25 is due, so 0.15 of the margin go.
    expect((prices[1] ?? 0) - (prices[0] ?? 0)).toBeCloseTo(0.15 / 10 / (1 - 0.025), 9)
  })
})

describe('a window that funding does not cover', () => {
  const hours = (count: number, step = 8) =>
    fundingOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [i * step, 0.0001])))
  const need = (funding: SeriesColumns | undefined, fromHour: number, toHour: number, mark?: SeriesColumns) => () =>
    requireFunding(
      [perp],
      { bars: () => undefined, funding: () => funding, mark: () => mark },
      'auto',
      START_MS + fromHour * HOUR_MS,
      START_MS + toHour * HOUR_MS,
    )

  test.each([
    ['none at all', undefined, 0, 100, 'BACKTEST_NO_FUNDING'],
    ['that ends early', hours(5), 0, 100, 'BACKTEST_FUNDING_ENDS'],
    ['that begins late', fundingOf({ 50: 1e-4, 58: 1e-4 }), 0, 60, 'BACKTEST_FUNDING_ENDS'],
    ['with a hole', fundingOf({ 0: 1e-4, 8: 1e-4, 24: 1e-4, 32: 1e-4 }), 0, 32, 'BACKTEST_FUNDING_ENDS'],
    ['of another time', hours(5), 1_000, 1_100, 'BACKTEST_FUNDING_ENDS'],
  ] as const)('is refused: %s', (_, funding, from, to, code) => {
    expect(need(funding, from, to)).toThrow(expect.objectContaining({ code, name: 'DataError' }))
  })

  test('passes where every interval has its settlement, whatever the interval', () => {
    expect(need(hours(14), 0, 104)).not.toThrow()
    expect(need(hours(14), 3, 104)).not.toThrow()
    expect(need(hours(105, 1), 0, 104)).not.toThrow()
    expect(need(hours(14), 17, 20)).not.toThrow()
  })

  test('marks may be absent, but not end inside', () => {
    expect(need(hours(14), 0, 104, markOf({ 0: 1, 8: 1 }))).toThrow(/mark prices .* end at/)
  })
})
