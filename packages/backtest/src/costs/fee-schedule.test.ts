import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feeChargeOf, feeRateOf, feeScheduleOf, type FeeScheduleSpec } from './fee-schedule.ts'

const SPEC: FeeScheduleSpec = {
  tiers: [
    { minVolume: 0, makerRate: 0.0002, takerRate: 0.0005 },
    { minVolume: 15_000_000, makerRate: 0.00016, takerRate: 0.0004 },
    { minVolume: 1_000_000_000, makerRate: -0.00005, takerRate: 0.00025 },
  ],
  feeCurrency: { currency: 'BNB', discount: 0.1 },
}
const schedule = feeScheduleOf(SPEC)

describe('fee schedule', () => {
  test.each([
    [0, 0.0002, 0.0005],
    [14_999_999.99, 0.0002, 0.0005],
    [15_000_000, 0.00016, 0.0004],
    [5e9, -0.00005, 0.00025],
  ])('a volume of %s pays maker %s and taker %s', (volume, maker, taker) => {
    expect(feeRateOf(schedule, volume, 'maker')).toBe(maker)
    expect(feeRateOf(schedule, volume, 'taker')).toBe(taker)
  })

  // 10,000 at 5 bp is 5; less 10 % in BNB at 600.
  test('pays in the third currency, at its discount, while there is enough of it', () => {
    const charge = feeChargeOf(schedule, 10_000, 0, 'taker', 600, 1)
    expect(charge.currency).toBe('BNB')
    expect(charge.amount).toBeCloseTo(4.5 / 600, 15)
    expect(feeChargeOf(schedule, 10_000, 0, 'taker', 600, 0.007)).toEqual({ currency: undefined, amount: 5 })
    expect(feeChargeOf(schedule, 10_000, 0, 'taker', undefined, 1)).toEqual({ currency: undefined, amount: 5 })
  })

  test('a rebate comes in the settle currency and is not discounted', () => {
    expect(feeChargeOf(schedule, 10_000, 1e9, 'maker', 600, 1)).toEqual({ currency: undefined, amount: -0.5 })
  })

  test('rates never rise with the volume', () => {
    const volume = fc.double({ min: 0, max: 2e9, noNaN: true })
    fc.assert(
      fc.property(volume, volume, fc.constantFrom('maker' as const, 'taker' as const), (a, b, liquidity) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        expect(feeRateOf(schedule, more, liquidity)).toBeLessThanOrEqual(feeRateOf(schedule, less, liquidity))
      }),
    )
  })

  const first = { minVolume: 0, makerRate: 0.0002, takerRate: 0.0005 }
  test.each([
    ['no tier', [], 'tiers'],
    ['a first tier above 0', [{ ...first, minVolume: 1 }], 'begins at 1, not at 0'],
    ['volumes that do not rise', [first, first], 'tier 2 begins at 0'],
    ['a taker rate that rises', [first, { ...first, minVolume: 1, takerRate: 0.001 }], 'higher taker rate'],
    ['a maker rate that rises', [first, { ...first, minVolume: 1, makerRate: 0.0003 }], 'higher maker rate'],
    ['a rebate above the taker fee', [{ ...first, makerRate: -0.0006 }], 'rebates a maker more'],
    ['a percentage for a rate', [{ ...first, takerRate: 5 }], 'tiers.0.takerRate'],
  ])('refuses %s', (_what, tiers, reason) => {
    expect(() => feeScheduleOf({ tiers })).toThrow(
      expect.objectContaining({ code: 'BACKTEST_FEE_SCHEDULE', message: expect.stringContaining(reason) }),
    )
  })
})
