import type { BarColumns } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import type { FeeScheduleSpec } from '../src/costs/fee-schedule.ts'
import type { BacktestConfig } from '../src/run/backtest-config.ts'
import { barsOf, instrument, play, type Row } from './scripted-run.ts'

type Script = Parameters<typeof play>[1]

const spec = { tickSize: '0.01', lotSize: '0.001', makerFeeRate: 0.002, takerFeeRate: 0.002 }
const BTC = instrument({ ...spec, id: 'BTC-USDT.TEST' })
const ETH = instrument({ ...spec, id: 'ETH-USDT.TEST' })
const PERP = instrument({ ...spec, id: 'BTC-USDT-PERP.TEST' })
const BNB = instrument({ ...spec, id: 'BNB-USDT.TEST' })

const flat = (count: number, price = 1_000): Row[] => Array.from({ length: count }, () => [price, price, price, price])

/** Buys a quantity of an instrument at the open after each bar named. */
function buys(orders: Readonly<Record<number, readonly [instrument: typeof BTC, quantity: number]>>): Script {
  const bars = Object.entries(orders).map(([bar, [each, quantity]]) => {
    const order = { instrument: each, side: 'buy', quantity } as const
    return [
      bar,
      ({ submit }: Parameters<NonNullable<NonNullable<Script['bars']>[number]>>[0]) => void submit(order),
    ] as const
  })
  return { bars: Object.fromEntries(bars) }
}

const tiers = [
  { minVolume: 0, makerRate: 0.0008, takerRate: 0.001 },
  { minVolume: 10_000, makerRate: -0.0001, takerRate: 0.0005 },
]

/** Taker rates that the fills of a run paid. */
function rates(
  script: Script,
  fees: readonly FeeScheduleSpec[],
  config: Partial<BacktestConfig> = {},
  days = 2,
): number[] {
  const instruments = config.instruments ?? [BTC]
  const rows = instruments.map(() => flat(days * 24 + 2))
  const { fills } = play(rows, script, { ...config, instruments, fill: { fees } })
  return fills.map(({ fee, price, quantity }) => Math.round((fee / (price * quantity)) * 1e8) / 1e8)
}

describe('volume tiers', () => {
  // 8,000 and 4,000 on the first day are 12,000, which counts from midnight on: bar 23 closes at it and fills at the next open.
  test('count complete days and hold from midnight to midnight', () => {
    const script = buys({ 1: [BTC, 8], 2: [BTC, 4], 22: [BTC, 1], 23: [BTC, 1], 40: [BTC, 1] })
    expect(rates(script, [{ tiers }])).toEqual([0.001, 0.001, 0.001, 0.0005, 0.0005])
  })

  test('fall back when the days leave the window', () => {
    const script = buys({ 1: [BTC, 12], 30: [BTC, 1], 78: [BTC, 1] })
    expect(rates(script, [{ tiers, volumeDays: 2 }], {}, 4)).toEqual([0.001, 0.0005, 0.001])
  })

  test('begin with the volume that was traded before', () => {
    expect(rates(buys({ 1: [BTC, 1] }), [{ tiers, initialVolume: 10_000 }])).toEqual([0.0005])
  })

  test('are shared by the instruments of a venue that a schedule applies to, and by no others', () => {
    const instruments = [BTC, ETH, PERP]
    const script = buys({ 1: [BTC, 12], 2: [PERP, 1], 25: [ETH, 1], 26: [PERP, 1] })
    const spot: FeeScheduleSpec = { kind: 'spot', tiers }
    expect(rates(script, [spot, { kind: 'perpetual', tiers }], { instruments, funding: 'none' })).toEqual([
      0.001, 0.001, 0.0005, 0.001,
    ])
    expect(rates(script, [spot], { instruments, funding: 'none' })).toEqual([0.001, 0.002, 0.0005, 0.002])
    expect(rates(script, [{ venue: 'OTHER', tiers }], { instruments, funding: 'none' })).toEqual([
      0.002, 0.002, 0.002, 0.002,
    ])
  })

  // A maker at 999 with 12,000 behind it: 1 bp of 999 comes back.
  test('pay a rebate', () => {
    const rows: Row[] = [...flat(4), [1_000, 1_000, 990, 1_000], ...flat(1)]
    const script: Script = {
      bars: {
        2: ({ submit }) => void submit({ instrument: BTC, side: 'buy', quantity: 1, type: 'limit', limitPrice: 999 }),
      },
    }
    const run = play(rows, script, { instruments: [BTC], fill: { fees: [{ tiers, initialVolume: 12_000 }] } })
    expect(run.fills).toMatchObject([{ liquidity: 'maker', price: 999, feeCurrency: 'USDT' }])
    expect(run.fills[0]?.fee).toBeCloseTo(-0.0999, 12)
    expect(run.endEquity - run.startEquity).toBeCloseTo(1 + 0.0999, 6)
  })
})

describe('fees in a third currency', () => {
  const fees: FeeScheduleSpec[] = [{ tiers, feeCurrency: { currency: 'BNB', discount: 0.25 } }]
  const cash = { USDT: 1e6, BNB: 0.1 }

  // 10 bp of 8,000 is 8, less a quarter 6 USDT: at 300 0.02 BNB. At 400 the second costs 0.015, and is worth 6 as well.
  test('are paid at the newest rate, at the discount, and counted by their worth', () => {
    const bnb: Row[] = [...flat(3, 300), ...flat(3, 400)]
    const run = play([flat(6), bnb], buys({ 1: [BTC, 8], 4: [BTC, 8] }), {
      instruments: [BTC, BNB],
      cash,
      fill: { fees },
    })
    expect(run.fills.map(({ feeCurrency }) => feeCurrency)).toEqual(['BNB', 'BNB'])
    expect(run.fills[0]?.fee).toBeCloseTo(0.02, 12)
    expect(run.fills[1]?.fee).toBeCloseTo(0.015, 12)
    expect(run.fills[0]?.feeValue).toBeCloseTo(6, 9)
    expect(run.fills[1]?.feeValue).toBeCloseTo(6, 9)
    expect(run.startEquity).toBe(1e6 + 30)
    // 0.1 - 0.035 BNB are left, at 400 each; bitcoin has not moved.
    expect(run.endEquity).toBeCloseTo(1e6 + 0.065 * 400, 6)
  })

  test('are paid in full in the settle currency once there is too little of it', () => {
    const run = play([flat(6), flat(6, 300)], buys({ 1: [BTC, 32], 2: [BTC, 8], 3: [BTC, 1] }), {
      instruments: [BTC, BNB],
      cash,
      fill: { fees },
    })
    // 0.08 of the 0.1; then 0.02 is all that is left; then nothing is.
    expect(run.fills.map(({ feeCurrency }) => feeCurrency)).toEqual(['BNB', 'BNB', 'USDT'])
    expect(run.fills[2]?.fee).toBeCloseTo(1, 12)
  })

  test('are priced by bars given for the currency, at closed bars alone', () => {
    const bars: BarColumns = barsOf([...flat(2, 300), ...flat(4, 400)])
    const beside = { currencyBars: (currency: string) => (currency === 'BNB' ? bars : undefined) }
    const run = play(flat(6), buys({ 0: [BTC, 8], 2: [BTC, 8] }), { instruments: [BTC], cash, beside, fill: { fees } })
    expect(run.fills[0]?.fee).toBeCloseTo(0.02, 12)
    expect(run.fills[1]?.fee).toBeCloseTo(0.015, 12)
    expect(run.endEquity).toBeCloseTo(1e6 + 0.065 * 400, 6)
  })

  test('need a price from the start, unless the account holds none of it', () => {
    const script = buys({ 1: [BTC, 8] })
    expect(() => play(flat(4), script, { instruments: [BTC], cash, fill: { fees } })).toThrow(
      expect.objectContaining({ code: 'BACKTEST_FEE_CURRENCY', meta: { currency: 'BNB', reportingCurrency: 'USDT' } }),
    )
    const run = play(flat(4), script, { instruments: [BTC], cash: { USDT: 1e6 }, fill: { fees } })
    expect(run.fills).toMatchObject([{ fee: 8, feeCurrency: 'USDT', feeValue: 8 }])
  })

  test('of trades are counted in the settle currency', () => {
    const script: Script = {
      bars: {
        1: ({ submit }) => void submit({ instrument: BTC, side: 'buy', quantity: 8 }),
        2: ({ submit }) => void submit({ instrument: BTC, side: 'sell', quantity: 8 }),
      },
    }
    const run = play([flat(5), flat(5, 300)], script, { instruments: [BTC, BNB], cash, fill: { fees } })
    const [trade] = run.trades
    expect([trade?.entryFee, trade?.exitFee, trade?.profit].map((each) => Number(each?.toFixed(9)))).toEqual([
      6, 6, -12,
    ])
    expect(run.endEquity - run.startEquity).toBeCloseTo(-12, 6)
  })
})
