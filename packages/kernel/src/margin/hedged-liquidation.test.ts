import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ContractPosition, positionNotional } from './contract-value.ts'
import { hedgedExcess, hedgedLiquidationPrice } from './hedged-liquidation.ts'
import { liquidationPrice } from './liquidation-price.ts'
import { LIQUIDATION_RULES } from './liquidation-rule.ts'
import { BTC_TIERS, COIN_TIERS, CONTRACT_TIERS, flatTiers } from './margin-tiers.fixture.ts'

const { binance, okx } = LIQUIDATION_RULES
const legOf = (settlement: 'linear' | 'inverse', contracts: number, entryPrice: number): ContractPosition => ({
  settlement,
  contracts,
  contractSize: settlement === 'linear' ? 1 : 100,
  entryPrice,
})

const price = fc.double({ min: 5_000, max: 80_000, noNaN: true })
const pair = fc.constantFrom('linear' as const, 'inverse' as const).chain((settlement) => {
  const amount =
    settlement === 'linear' ? fc.double({ min: 0.01, max: 500, noNaN: true }) : fc.integer({ min: 1, max: 40_000 })
  return fc.record({
    long: fc.tuple(amount, price).map(([n, p]) => legOf(settlement, n, p)),
    short: fc.tuple(amount, price).map(([n, p]) => legOf(settlement, -n, p)),
    tiers: fc.constantFrom(settlement === 'linear' ? BTC_TIERS : COIN_TIERS, CONTRACT_TIERS),
  })
})
const rules = fc.constantFrom(binance.cross, okx.cross)
const share = fc.double({ min: 0.02, max: 2, noNaN: true })

describe('hedge mode', () => {
  // Binance's formula: (WB - TMM1 + UPNL1 + cumL + cumS - L EPL + S EPS) / (L MMRL + S MMRS - L + S), with one tier.
  test('is the formula of Binance where no tier is crossed', () => {
    const solved = hedgedLiquidationPrice(
      legOf('linear', 3, 40_000),
      legOf('linear', -1, 45_000),
      20_000,
      42_000,
      'below',
      flatTiers(0.01),
      binance.cross,
      0,
    )
    expect(solved).toBeCloseTo((20_000 - 3 * 40_000 + 45_000) / (3 * 0.01 + 0.01 - 3 + 1), 9)
  })

  test('a single leg has the price of one-way mode', () => {
    const long = legOf('linear', 30, 28_000)
    const flat = legOf('linear', 0, 0)
    const solved = hedgedLiquidationPrice(long, flat, 84_000, 28_000, 'below', BTC_TIERS, binance.cross, 0)
    expect(solved).toBeCloseTo(liquidationPrice(long, 84_000, BTC_TIERS, binance.cross, 0) ?? 0, 9)
    expect(hedgedLiquidationPrice(long, flat, 84_000, 28_000, 'above', BTC_TIERS, binance.cross, 0)).toBeUndefined()
    expect(hedgedLiquidationPrice(flat, flat, 1, 28_000, 'above', BTC_TIERS, binance.cross, 0)).toBeUndefined()
  })

  test('legs that cancel are still liquidated above, because maintenance margin grows with the price', () => {
    const long = legOf('linear', 10, 30_000)
    const short = legOf('linear', -10, 30_000)
    expect(hedgedLiquidationPrice(long, short, 5_000, 30_000, 'below', BTC_TIERS, binance.cross, 0)).toBeUndefined()
    const above = hedgedLiquidationPrice(long, short, 5_000, 30_000, 'above', BTC_TIERS, binance.cross, 0) ?? 0
    expect(above).toBeGreaterThan(30_000)
    expect(hedgedExcess(long, short, 5_000, above, BTC_TIERS, binance.cross, 0)).toBeCloseTo(0, 6)
  })

  test('an account already at its maintenance margin is liquidated at the mark', () => {
    const long = legOf('linear', 10, 30_000)
    const short = legOf('linear', -10, 30_000)
    expect(hedgedLiquidationPrice(long, short, 100, 30_000, 'below', BTC_TIERS, binance.cross, 0)).toBe(30_000)
  })

  test('excess margin is 0 at the price found, and above 0 all the way there', () => {
    fc.assert(
      fc.property(
        pair,
        rules,
        price,
        share,
        fc.constantFrom('above' as const, 'below' as const),
        (given, rule, mark, part, direction) => {
          const { long, short, tiers } = given
          const scale = positionNotional(long, mark) + positionNotional(short, mark)
          const collateral = part * scale
          fc.pre(hedgedExcess(long, short, collateral, mark, tiers, rule, 0.0005) > 1e-6 * scale)
          const solved = hedgedLiquidationPrice(long, short, collateral, mark, direction, tiers, rule, 0.0005)
          const end = solved ?? (direction === 'above' ? mark * 1e4 : mark / 1e4)
          for (let step = 0; step < 20; step++) {
            const between = mark * (end / mark) ** (step / 20)
            expect(hedgedExcess(long, short, collateral, between, tiers, rule, 0.0005)).toBeGreaterThan(0)
          }
          if (solved === undefined) return
          expect(direction === 'above' ? solved >= mark : solved <= mark).toBe(true)
          const size = Math.max(scale, positionNotional(long, solved) + positionNotional(short, solved))
          expect(Math.abs(hedgedExcess(long, short, collateral, solved, tiers, rule, 0.0005))).toBeLessThan(1e-9 * size)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
