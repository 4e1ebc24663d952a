import { describe, expect, test } from 'vitest'
import { marginTierProblem, marginTierTableSchema, type MarginTierTableSpec } from './margin-tiers.ts'

type Tier = MarginTierTableSpec['tiers'][number]

// The first three brackets of BTCUSDT on Binance USD-M as of 2026.
const FIRST: Tier = { floor: 0, cap: 300_000, maintenanceRate: 0.004, maxLeverage: 150 }
const SECOND: Tier = {
  floor: 300_000,
  cap: 800_000,
  maintenanceRate: 0.005,
  maintenanceAmount: 300,
  maxLeverage: 100,
}
const THIRD: Tier = {
  floor: 800_000,
  cap: 3_000_000,
  maintenanceRate: 0.0065,
  maintenanceAmount: 1_500,
  maxLeverage: 75,
}

const problemOf = (tiers: readonly Tier[], measure: 'notional' | 'contracts' = 'notional') =>
  marginTierProblem(marginTierTableSchema.parse({ id: 'BTC-USDT-PERP.BINANCE', measure, tiers, source: 'test' }))

describe('marginTierProblem', () => {
  test('finds nothing wrong with a published table', () => {
    expect(problemOf([FIRST, SECOND, THIRD])).toBeUndefined()
  })

  test('tiers counted in contracts carry no amount', () => {
    const flat = [FIRST, { ...SECOND, maintenanceAmount: 0 }]
    expect(problemOf(flat, 'contracts')).toBeUndefined()
    expect(problemOf([FIRST, SECOND], 'contracts')).toMatchObject({ tier: 2 })
  })

  test.each<[string, Tier[], number, string]>([
    ['an empty table', [], 0, 'no tier'],
    ['a first tier that begins above 0', [{ ...FIRST, floor: 10 }], 1, 'hole between 0'],
    ['a hole', [FIRST, { ...SECOND, floor: 400_000 }], 2, 'hole between 300000'],
    ['an overlap', [FIRST, { ...SECOND, floor: 200_000 }], 2, 'overlaps'],
    [
      'a cap below the floor',
      [
        { ...FIRST, floor: 0, cap: 1 },
        { ...SECOND, floor: 1, cap: 0.5 },
      ],
      2,
      'cap 0.5',
    ],
    ['a rate that does not rise', [FIRST, { ...SECOND, maintenanceRate: 0.004 }], 2, 'not above'],
    ['leverage that rises', [FIRST, SECOND, { ...THIRD, maxLeverage: 120 }], 3, 'leverage 120'],
    ['leverage that its own maintenance closes', [{ ...FIRST, maxLeverage: 250 }], 1, 'leaves no more'],
    ['a wrong amount', [FIRST, { ...SECOND, maintenanceAmount: 299 }], 2, 'but 300 keeps'],
    ['a first tier with an amount', [{ ...FIRST, maintenanceAmount: 1 }], 1, 'but 0 keeps'],
  ])('refuses %s', (_what, tiers, tier, reason) => {
    const problem = problemOf(tiers)
    expect(problem?.tier).toBe(tier)
    expect(problem?.reason).toContain(reason)
  })
})
