import type { MarginTierTableSpec } from '@kestrel/core'
import type { MarginOptions, PositionView } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { instrument, play, type Row } from './scripted-run.ts'

const perpetual = (id: string, spec = {}) => instrument({ id, tickSize: '0.000001', lotSize: '0.001', ...spec })
const flat = (price: number): Row => [price, price, price, price]

/** Rate 1 % and amount 0.01 for a notional of 10, as a lower tier of half the rate makes it continuous. */
const WITH_AMOUNT: MarginTierTableSpec = {
  id: 'with amount',
  source: 'test',
  tiers: [
    { floor: 0, cap: 2, maintenanceRate: 0.005, maxLeverage: 100 },
    { floor: 2, cap: 1e6, maintenanceRate: 0.01, maintenanceAmount: 0.01, maxLeverage: 50 },
  ],
}
const PLAIN: MarginTierTableSpec = {
  id: 'plain',
  source: 'test',
  tiers: [{ floor: 0, cap: 1e6, maintenanceRate: 0.01, maxLeverage: 50 }],
}

describe('money of a perpetual', () => {
  // backtrader's and nautilus_trader's books agree on these numbers.
  test('a purchase moves the fee alone, a sale the profit and its fee', () => {
    const btc = perpetual('BTC-USDT-PERP.TEST', { tickSize: '0.1', takerFeeRate: 0.0005 })
    const cash: number[] = []
    const run = play(
      [flat(46_377), flat(46_377), flat(46_448), flat(46_448)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: btc, side: 'buy', quantity: 10 }),
          1: ({ submit, account }) => {
            cash.push(account.cash('USDT'), account.equity)
            submit({ instrument: btc, side: 'sell', quantity: 10 })
          },
          3: ({ account }) => cash.push(account.cash('USDT')),
        },
      },
      { instruments: [btc], cash: 1_000_000 },
    )
    expect(cash).toEqual([999_768.115, 999_768.115, 1_000_245.875])
    expect(run.endEquity).toBe(1_000_245.875)
    expect(run.trades[0]?.profit).toBeCloseTo(245.875, 9)
  })

  test('an inverse contract settles profit, fee and funding in the base currency', () => {
    const btc = perpetual('BTC-USD-PERP.TEST', {
      settlement: 'inverse',
      contractSize: 100,
      lotSize: '1',
      takerFeeRate: 0.0005,
    })
    const run = play(
      [flat(60_000), flat(60_000), flat(66_000), flat(66_000)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: btc, side: 'buy', quantity: 300 }),
          1: ({ submit }) => submit({ instrument: btc, side: 'sell', quantity: 300 }),
        },
      },
      { instruments: [btc], cash: { BTC: 1 }, reportingCurrency: 'BTC' },
    )
    const profit = 300 * 100 * (1 / 60_000 - 1 / 66_000)
    const fees = (0.0005 * 30_000) / 60_000 + (0.0005 * 30_000) / 66_000
    expect(run.endEquity).toBeCloseTo(1 + profit - fees, 14)
    expect(run.trades[0]).toMatchObject({
      entryPrice: 60_000,
      exitPrice: 66_000,
      profit: expect.closeTo(profit - fees),
    })
    expect(run.equity.grossExposure[1]).toBeCloseTo(0.5, 12)
  })

  test('in another reporting currency the base is revalued at every bar', () => {
    const btc = perpetual('BTC-USD-PERP.TEST', { settlement: 'inverse', contractSize: 100, lotSize: '1' })
    const run = play(
      [flat(50_000), flat(60_000), flat(66_000)],
      { bars: { 0: ({ submit }) => submit({ instrument: btc, side: 'buy', quantity: 300 }) } },
      { instruments: [btc], cash: { BTC: 1 }, reportingCurrency: 'USD' },
    )
    expect(run.startEquity).toBe(50_000)
    expect([...run.equity.equity]).toEqual([
      50_000,
      60_000,
      expect.closeTo((1 + 30_000 * (1 / 60_000 - 1 / 66_000)) * 66_000),
    ])
  })
})

describe('margin of an order', () => {
  const coin = perpetual('AAA-USDT-PERP.TEST', { takerFeeRate: 0.0006 })
  const tables = { [coin.id]: PLAIN }

  test('an order that needs more than is free is refused with both numbers', () => {
    const run = play(
      [flat(10), flat(10), flat(10)],
      { bars: { 0: ({ submit }) => submit({ instrument: coin, side: 'buy', quantity: 51 }) } },
      { instruments: [coin], cash: 100, margin: { leverage: 5, tables } },
    )
    expect(run.orders[0]).toMatchObject({
      state: 'refused',
      reason: 'needs 102.30600 USDT of margin, but 100.00000 are free',
    })
  })

  test('resting orders set margin aside; orders that reduce need none', () => {
    const free: number[] = []
    const run = play(
      [flat(10), flat(10), flat(10), flat(10)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: coin, side: 'buy', quantity: 20 }),
          1({ submit, account }) {
            free.push(account.freeMargin)
            submit({ instrument: coin, side: 'buy', quantity: 25, type: 'limit', limitPrice: 9 })
            free.push(account.freeMargin)
            submit({ instrument: coin, side: 'sell', quantity: 20, type: 'limit', limitPrice: 11 })
            free.push(account.freeMargin)
            submit({ instrument: coin, side: 'buy', quantity: 10 })
          },
        },
      },
      { instruments: [coin], cash: 100, margin: { leverage: 5, tables } },
    )
    const opened = 100 - 40 - 200 * 0.0006
    const rested = opened - 45 - 225 * 0.0006
    expect(free).toEqual([opened, rested, rested].map((each) => expect.closeTo(each, 9)))
    expect(run.states).toEqual(['filled', 'accepted', 'accepted', 'refused'])
  })

  test('a reversal needs margin for what it opens alone, and what it closes pays for it', () => {
    const run = play(
      [flat(10), flat(10), flat(10), flat(10)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: coin, side: 'buy', quantity: 49 }),
          1: ({ submit }) => submit({ instrument: coin, side: 'sell', quantity: 97 }),
        },
      },
      { instruments: [coin], cash: 100, margin: { leverage: 5, tables } },
    )
    expect(run.states).toEqual(['filled', 'filled'])
    expect(run.openPositions[0]?.quantity).toBe(-48)
  })

  test('a target shrinks to what the margin covers, fee included', () => {
    const run = play(
      [flat(10), flat(10), flat(10)],
      { bars: { 0: ({ target }) => target(coin, { weight: -5 }) } },
      { instruments: [coin], cash: 100, margin: { leverage: 5, tables } },
    )
    const each = 10 / 5 + 10 * 0.0006
    expect(run.openPositions[0]?.quantity).toBe(-Math.floor((100 / each) * 1000) / 1000)
  })

  test('an order that would carry the position into a tier of less leverage is refused', () => {
    const tiers = [
      { floor: 0, cap: 300, maintenanceRate: 0.01, maxLeverage: 20 },
      { floor: 300, cap: 1e6, maintenanceRate: 0.02, maintenanceAmount: 3, maxLeverage: 10 },
    ]
    const run = play(
      [flat(10), flat(10), flat(10), flat(10)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: coin, side: 'buy', quantity: 30 }),
          1: ({ submit }) => submit({ instrument: coin, side: 'buy', quantity: 1 }),
        },
      },
      {
        instruments: [coin],
        cash: 1_000,
        margin: { leverage: 20, tables: { [coin.id]: { id: 't', source: 't', tiers } } },
      },
    )
    expect(run.orders[1]?.reason).toBe('leverage 20 is above the 10 that tier 2 allows at a notional of 310')
  })

  test('leverage above the first tier, below 1 or on spot ends before the run', () => {
    const run =
      (margin: MarginOptions, one = coin) =>
      () =>
        play([flat(10), flat(10)], {}, { instruments: [one], margin })
    expect(run({ leverage: 51, tables })).toThrow(/above the 50 that its first margin tier allows/)
    expect(run({ leverage: 0.5 })).toThrow(/below 1/)
    expect(run({ leverage: { 'BBB-USDT-PERP.TEST': 2 } })).toThrow(/not of this run/)
    expect(run({ leverage: 2 }, instrument())).toThrow(/no perpetual/)
  })
})

describe('liquidation prices through a run', () => {
  const cases: readonly (readonly [string, 'buy' | 'sell', number, MarginTierTableSpec, number])[] = [
    ['BINANCE', 'buy', 5, WITH_AMOUNT, 8.070707],
    ['BINANCE', 'sell', 5, WITH_AMOUNT, 11.891089],
    ['BINANCE', 'sell', 3, WITH_AMOUNT, 13.211221],
    ['GATE', 'buy', 5, PLAIN, 8.085709],
    ['OKX', 'buy', 5, PLAIN, 8.085709],
    ['GATE', 'sell', 5, PLAIN, 11.874134],
    ['OKX', 'sell', 5, PLAIN, 11.874134],
    ['BYBIT', 'buy', 10, PLAIN, 9.1],
    ['BYBIT', 'sell', 10, PLAIN, 10.9],
  ]

  test.each(cases)('%s, %s at %ix', (venue, side, leverage, table, expected) => {
    const one = perpetual(`AAA-USDT-PERP.${venue}`, { takerFeeRate: 0.0006 })
    const seen: PositionView[] = []
    const read: (number | undefined)[] = []
    const step = side === 'buy' ? 1e-5 : -1e-5
    const near: Row = side === 'buy' ? [10, 10, expected + step, 10] : [10, expected + step, 10, 10]
    const at: Row = side === 'buy' ? [10, 10, expected - step, 10] : [10, expected - step, 10, 10]
    const run = play(
      [flat(10), flat(10), near, at, flat(10)],
      {
        bars: {
          0: ({ submit }) => submit({ instrument: one, side, quantity: 1 }),
          1({ position }) {
            seen.push(position(one))
            read.push(position(one).liquidationPrice, position(one).leverage)
          },
        },
      },
      { instruments: [one], cash: 100, margin: { leverage, tables: { [one.id]: table } } },
    )
    expect(read).toEqual([expect.closeTo(expected, 6), leverage])
    expect(run.fills.map(({ liquidity, tsEventMs }) => [liquidity, tsEventMs])).toEqual([
      ['taker', expect.anything()],
      ['liquidation', run.equity.timeMs[3]],
    ])
    // The whole margin is gone, and no more than that.
    expect(run.endEquity).toBeCloseTo(100 - 10 / leverage - 10 * 0.0006, 9)
    expect(run.trades).toMatchObject([{ exitReason: 'liquidation' }])
    expect([...run.log.entries()].filter(({ kind }) => kind === 'liquidation')).toHaveLength(1)
    expect(seen[0]).toMatchObject({ side: 'flat', liquidationPrice: undefined })
  })
})
