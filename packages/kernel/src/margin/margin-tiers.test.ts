import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BTC_TIERS, CONTRACT_TIERS } from './margin-tiers.fixture.ts'
import {
  initialMargin,
  leverageProblem,
  maintenanceMargin,
  marginTiersOf,
  maxLeverageAt,
  tierIndexOf,
} from './margin-tiers.ts'

const notional = fc.double({ min: 0, max: 1e8, noNaN: true })

describe('margin tiers', () => {
  test.each([
    [0, 0],
    [300_000, 0],
    [300_000.01, 1],
    [3_000_000, 2],
    [1e9, 4],
  ])('a notional of %s is in tier index %s', (size, index) => {
    expect(tierIndexOf(BTC_TIERS, size, 1)).toBe(index)
  })

  // 300,000 at 0.4 % and 200,000 at 0.5 %.
  test('a larger position pays each rate on its part only', () => {
    expect(maintenanceMargin(BTC_TIERS, 500_000, 5)).toBeCloseTo(1_200 + 1_000, 9)
  })

  test('maintenance margin is continuous, rises, and is convex in the notional', () => {
    fc.assert(
      fc.property(notional, notional, (a, b) => {
        const between = maintenanceMargin(BTC_TIERS, (a + b) / 2, 1)
        const chord = (maintenanceMargin(BTC_TIERS, a, 1) + maintenanceMargin(BTC_TIERS, b, 1)) / 2
        expect(between).toBeLessThanOrEqual(chord + 1e-6)
        const [low, high] = a < b ? [a, b] : [b, a]
        const rise = maintenanceMargin(BTC_TIERS, high, 1) - maintenanceMargin(BTC_TIERS, low, 1)
        expect(rise).toBeGreaterThanOrEqual(-1e-6)
        expect(rise).toBeLessThanOrEqual((high - low) * 0.02 + 1e-6)
      }),
    )
  })

  test('the sum over the parts equals notional times rate less amount', () => {
    fc.assert(
      fc.property(notional, (size) => {
        let sum = 0
        let floor = 0
        for (let tier = 0; tier < BTC_TIERS.count && size > floor; tier++) {
          const cap = tier === BTC_TIERS.count - 1 ? Infinity : (BTC_TIERS.cap[tier] ?? 0)
          sum += (Math.min(size, cap) - floor) * (BTC_TIERS.maintenanceRate[tier] ?? 0)
          floor = cap
        }
        expect(Math.abs(maintenanceMargin(BTC_TIERS, size, 1) - sum)).toBeLessThan(1e-6)
      }),
    )
  })

  test('tiers counted in contracts do not move with the price', () => {
    expect(maintenanceMargin(CONTRACT_TIERS, 1_000, -2_000)).toBe(7.5)
    expect(maintenanceMargin(CONTRACT_TIERS, 1e9, -2_000)).toBe(7.5e6)
    expect(maxLeverageAt(CONTRACT_TIERS, 1e9, -2_000)).toBe(40)
  })

  test('leverage above the tier is refused with the reason', () => {
    expect(leverageProblem(BTC_TIERS, 150, 300_000, 3)).toBeUndefined()
    expect(leverageProblem(BTC_TIERS, 150, 300_001, 3)).toBe(
      'leverage 150 is above the 100 that tier 2 allows at a notional of 300001',
    )
    expect(leverageProblem(CONTRACT_TIERS, 50, 1, 1_501)).toContain('tier 2 allows at 1501 contracts')
    expect(leverageProblem(BTC_TIERS, 1, 7e7 + 1, 3)).toBe(
      'a notional of 70000001 is beyond the last margin tier, which ends at 70000000',
    )
    expect(maxLeverageAt(BTC_TIERS, 1e9, 1)).toBe(0)
  })

  test('initial margin is the notional over the leverage', () => {
    expect(initialMargin(10_000, 20)).toBe(500)
  })

  test('a table with a hole or a field that cannot be read is refused, naming table and tier', () => {
    const tier = { floor: 0, cap: 10, maintenanceRate: 0.01, maxLeverage: 50 }
    const table = { id: 'X', source: 'test', tiers: [tier, { ...tier, floor: 11, cap: 20, maintenanceRate: 0.02 }] }
    expect(() => marginTiersOf(table)).toThrow(
      expect.objectContaining({
        code: 'KERNEL_MARGIN_TIERS',
        message: 'The margin table X, tier 2 cannot be used: there is a hole between 10 and its floor 11.',
      }),
    )
    expect(() => marginTiersOf({ ...table, tiers: [tier, { ...tier, cap: Number.NaN }] })).toThrow(/table X, tier 2/)
    expect(() => marginTiersOf({ ...table, tiers: [] })).toThrow(/table X cannot be used: it has no tier/)
  })
})
