import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bankruptcyPrice } from './bankruptcy.ts'
import { type ContractPosition, positionNotional } from './contract-value.ts'
import { crossCollateral, liquidationPrice, marginExcess } from './liquidation-price.ts'
import { LIQUIDATION_RULES, LIQUIDATION_VENUES } from './liquidation-rule.ts'
import {
  BTC_TIERS,
  BTC_TIERS_2021,
  COIN_TIERS,
  CONTRACT_TIERS,
  ETH_TIERS_2021,
  flatTiers,
} from './margin-tiers.fixture.ts'
import { initialMargin, marginTiersOf } from './margin-tiers.ts'

const { binance, bybit, okx, gate } = LIQUIDATION_RULES

const linear = (contracts: number, entryPrice: number, contractSize = 1): ContractPosition => ({
  settlement: 'linear',
  contracts,
  contractSize,
  entryPrice,
})

const inverse = (contracts: number, entryPrice: number, contractSize = 100): ContractPosition => ({
  settlement: 'inverse',
  contracts,
  contractSize,
  entryPrice,
})

const at = (position: ContractPosition, leverage: number) =>
  initialMargin(positionNotional(position, position.entryPrice), leverage)

describe('isolated liquidation at entry 10, size 1, maintenance rate 1 %', () => {
  // 0.5 % up to a notional of 2, then 1 %: from there on the maintenance amount is 0.01.
  const withAmount = marginTiersOf({
    id: 'amount',
    source: 'test',
    tiers: [
      { floor: 0, cap: 2, maintenanceRate: 0.005, maxLeverage: 90 },
      { floor: 2, cap: 1e6, maintenanceRate: 0.01, maintenanceAmount: 0.01, maxLeverage: 50 },
    ],
  })
  const flat = flatTiers(0.01)

  test.each([
    [1, 5, 8.070707],
    [-1, 5, 11.891089],
    [-1, 3, 13.211221],
  ])('Binance, maintenance amount 0.01: %s at %sx: %s', (size, leverage, expected) => {
    const position = linear(size, 10)
    expect(liquidationPrice(position, at(position, leverage), withAmount, binance.isolated, 0)).toBeCloseTo(expected, 6)
  })

  test.each([
    [1, 5, 8.085709],
    [-1, 5, 11.874134],
  ])('Gate and OKX, taker 6 bp: %s at %sx: %s', (size, leverage, expected) => {
    const position = linear(size, 10)
    for (const rule of [gate.isolated, okx.isolated]) {
      expect(liquidationPrice(position, at(position, leverage), flat, rule, 0.0006)).toBeCloseTo(expected, 6)
    }
  })

  test.each([
    [1, 10, 9.1],
    [-1, 10, 10.9],
  ])('Bybit: %s at %sx: %s', (size, leverage, expected) => {
    const position = linear(size, 10)
    expect(liquidationPrice(position, at(position, leverage), flat, bybit.isolated, 0.0006)).toBeCloseTo(expected, 12)
  })
})

describe('recorded positions (ccxt 4.5.68 static response fixtures, MIT)', () => {
  // OKX shows the price one tick (0.1) towards the safe side of the formula's.
  test('OKX isolated linear: 0.01 contracts of 0.01 BTC long at 69,304.7 with 0.693047 USDT', () => {
    const price = liquidationPrice(linear(0.01, 69_304.7, 0.01), 0.693047, flatTiers(0.004), okx.isolated, 0.0005)
    expect(price).toBeCloseTo(62_656.28282270215 - 0.1, 6)
  })

  test('OKX isolated inverse: 1 contract of 100 USD long at 92,300 with 0.0003611412062116 BTC', () => {
    const price = liquidationPrice(inverse(1, 92_300), 0.0003611412062116, flatTiers(0.004), okx.isolated, 0.0005)
    expect(price).toBeCloseTo(69_536.6125000014 - 0.1, 4)
  })

  // The account holds a little other collateral whose dollar value moves, so the recorded price moves by some tenths.
  test('Binance cross: 0.009 BTC long at 67,445.9 with a wallet of 25.7261006 USDT', () => {
    const price = liquidationPrice(linear(0.009, 67_445.9), 25.7261006, BTC_TIERS, binance.cross, 0)
    expect(Math.abs((price ?? 0) - 64_846.9875379)).toBeLessThan(0.5)
  })

  // Bybit help centre, "Liquidation Price (USDT Contract)", example 1; unified account example of an inverse long.
  test('Bybit: 1 BTC long at 20,000 with 50x, rate 0.5 %: 19,700', () => {
    const position = linear(1, 20_000)
    expect(liquidationPrice(position, at(position, 50), flatTiers(0.005), bybit.isolated, 0)).toBeCloseTo(19_700, 9)
    const coin = inverse(60_000, 50_000, 1)
    expect(liquidationPrice(coin, 0.12, flatTiers(0.005), bybit.isolated, 0)).toBeCloseTo(60_000 / (1.2 + 0.114), 9)
  })
})

const size = fc.oneof(fc.double({ min: 0.001, max: 2_000, noNaN: true }), fc.integer({ min: 1, max: 6_000 }))
const price = fc.double({ min: 100, max: 100_000, noNaN: true })
const side = fc.constantFrom(1, -1)
const feeRate = fc.double({ min: 0, max: 0.001, noNaN: true })
const rules = fc
  .constantFrom(...LIQUIDATION_VENUES)
  .chain((venue) => fc.constantFrom(LIQUIDATION_RULES[venue].isolated, LIQUIDATION_RULES[venue].cross))
const market = fc.oneof(
  fc.record({
    position: fc.tuple(side, size, price).map(([s, n, p]) => linear(s * n, p)),
    tiers: fc.constantFrom(BTC_TIERS, CONTRACT_TIERS),
  }),
  fc.record({
    position: fc.tuple(side, fc.integer({ min: 1, max: 50_000 }), price).map(([s, n, p]) => inverse(s * n, p)),
    tiers: fc.constantFrom(COIN_TIERS, CONTRACT_TIERS),
  }),
)

describe('properties of every rule, settlement and table', () => {
  test('at the liquidation price the margin balance equals what is demanded', () => {
    fc.assert(
      fc.property(
        market,
        rules,
        fc.double({ min: 1.01, max: 120, noNaN: true }),
        feeRate,
        (given, rule, leverage, fee) => {
          const { position, tiers } = given
          const margin = at(position, leverage)
          const solved = liquidationPrice(position, margin, tiers, rule, fee)
          fc.pre(solved !== undefined)
          const scale = Math.max(positionNotional(position, solved), positionNotional(position, position.entryPrice))
          expect(Math.abs(marginExcess(position, solved, margin, tiers, rule, fee))).toBeLessThan(
            1e-9 * Math.max(1, scale),
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('the position survives on the one side of the price and not on the other', () => {
    fc.assert(
      fc.property(
        market,
        rules,
        fc.double({ min: 1.5, max: 120, noNaN: true }),
        feeRate,
        (given, rule, leverage, fee) => {
          const { position, tiers } = given
          const margin = at(position, leverage)
          const solved = liquidationPrice(position, margin, tiers, rule, fee)
          fc.pre(solved !== undefined)
          const away = position.contracts > 0 ? 1 + 1e-6 : 1 - 1e-6
          expect(marginExcess(position, solved * away, margin, tiers, rule, fee)).toBeGreaterThan(0)
          expect(marginExcess(position, solved / away, margin, tiers, rule, fee)).toBeLessThan(0)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('with margin to spare at the entry, bankruptcy lies beyond liquidation and liquidation beyond the entry', () => {
    fc.assert(
      fc.property(
        market,
        rules,
        fc.double({ min: 1.5, max: 120, noNaN: true }),
        feeRate,
        (given, rule, leverage, fee) => {
          const { position, tiers } = given
          const margin = at(position, leverage)
          fc.pre(marginExcess(position, position.entryPrice, margin, tiers, rule, fee) > 0)
          const long = position.contracts > 0
          const solved = liquidationPrice(position, margin, tiers, rule, fee) ?? (long ? 0 : Infinity)
          const bankrupt = bankruptcyPrice(position, margin) ?? (long ? 0 : Infinity)
          if (long) expect(solved).toBeLessThan(position.entryPrice)
          else expect(solved).toBeGreaterThan(position.entryPrice)
          if (long) expect(bankrupt).toBeLessThanOrEqual(solved)
          else expect(bankrupt).toBeGreaterThanOrEqual(solved)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  test('more leverage brings liquidation nearer', () => {
    const leverages = fc.tuple(
      fc.double({ min: 1.5, max: 60, noNaN: true }),
      fc.double({ min: 1.01, max: 2, noNaN: true }),
    )
    fc.assert(
      fc.property(market, rules, leverages, feeRate, ({ position, tiers }, rule, [leverage, factor], fee) => {
        const low = liquidationPrice(position, at(position, leverage), tiers, rule, fee)
        const high = liquidationPrice(position, at(position, leverage * factor), tiers, rule, fee)
        fc.pre(low !== undefined && high !== undefined)
        if (position.contracts > 0) expect(high).toBeGreaterThan(low)
        else expect(high).toBeLessThan(low)
      }),
    )
  })
})

describe('edges', () => {
  test('the tier is the one at the liquidation price, not the one at the entry', () => {
    // 30 BTC at 28,000 is 840,000, in tier 3; at 10x it falls to about 760,000, in tier 2.
    const position = linear(30, 28_000)
    const solved = liquidationPrice(position, 84_000, BTC_TIERS, binance.isolated, 0)
    expect(solved).toBeCloseTo((84_000 + 300 - 840_000) / (30 * 0.005 - 30), 9)
    expect((solved ?? 0) * 30).toBeLessThan(800_000)
  })

  test('beyond the last cap the last rate goes on', () => {
    const solved = liquidationPrice(linear(-1_000, 100_000), 1e7, BTC_TIERS, binance.isolated, 0)
    expect(solved).toBeCloseTo((1e7 + 132_000 + 1e8) / (1_000 * 1.02), 6)
  })

  test('a long that is paid for in full and a flat position are never liquidated', () => {
    expect(liquidationPrice(linear(1, 100), 100, BTC_TIERS, binance.isolated, 0)).toBeUndefined()
    expect(liquidationPrice(inverse(-10, 50_000), 0.02, COIN_TIERS, okx.isolated, 0.0005)).toBeUndefined()
    expect(liquidationPrice(linear(0, 100), 1, BTC_TIERS, binance.isolated, 0)).toBeUndefined()
  })

  test('an account that others have emptied is liquidated at any price', () => {
    expect(liquidationPrice(linear(-1, 100), -200, BTC_TIERS, binance.cross, 0)).toBe(0)
    expect(liquidationPrice(inverse(10, 50_000), -1, COIN_TIERS, binance.cross, 0)).toBe(Infinity)
  })

  // Binance, "How to Calculate Liquidation Price of USD-M Futures Contracts", worked example: wallet 1,535,443.01, long
  // 109.488 BTC at 32,481.98 and 3,683.979 ETH at 1,456.84, tiers of 2021.
  test.each([
    ['BTC', linear(109.488, 32_481.98), -448_192.89, 356_512.508, 26_316.89],
    ['ETH', linear(3_683.979, 1_456.84), -56_354.57, 71_200.81144, 1_153.26],
  ] as const)('cross margin: the worked example of Binance, %s', (base, position, otherPnl, otherMargin, expected) => {
    const collateral = crossCollateral(1_535_443.01, otherPnl, otherMargin)
    const tiers = base === 'BTC' ? BTC_TIERS_2021 : ETH_TIERS_2021
    expect(liquidationPrice(position, collateral, tiers, binance.cross, 0)).toBeCloseTo(expected, 2)
  })
})
