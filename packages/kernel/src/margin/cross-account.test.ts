import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ContractPosition, positionPnl } from './contract-value.ts'
import { type CrossPosition, isLiquidated, marginRatio, sumCrossAccount } from './cross-account.ts'
import { crossCollateral, liquidationPrice, requiredMargin } from './liquidation-price.ts'
import { LIQUIDATION_RULES } from './liquidation-rule.ts'
import { BTC_TIERS, ETH_TIERS_2021 } from './margin-tiers.fixture.ts'

const rule = LIQUIDATION_RULES.binance.cross
const held = (contracts: number, entryPrice: number): ContractPosition => ({
  settlement: 'linear',
  contracts,
  contractSize: 1,
  entryPrice,
})
const sum = (wallet: number, positions: readonly CrossPosition[]) =>
  sumCrossAccount(wallet, positions, rule, { marginBalance: 0, maintenanceMargin: 0 })

test('sums profit and maintenance of every position, and skips flat ones', () => {
  const account = sum(1_000, [
    { position: held(0.1, 50_000), markPrice: 49_000, tiers: BTC_TIERS, takerFeeRate: 0 },
    { position: held(-1, 3_000), markPrice: 2_950, tiers: ETH_TIERS_2021, takerFeeRate: 0 },
    { position: held(0, 0), markPrice: 2_950, tiers: ETH_TIERS_2021, takerFeeRate: 0 },
  ])
  expect(account.marginBalance).toBeCloseTo(950, 9)
  expect(account.maintenanceMargin).toBeCloseTo(4_900 * 0.004 + 2_950 * 0.005, 9)
  expect(marginRatio(account)).toBeCloseTo(34.35 / 950, 12)
  expect(isLiquidated(account)).toBe(false)
})

test('an account without positions is safe, one without balance is not', () => {
  expect(marginRatio(sum(0, []))).toBe(0)
  expect(isLiquidated(sum(-5, []))).toBe(false)
  const broke = { marginBalance: -1, maintenanceMargin: 2 }
  expect(marginRatio(broke)).toBeUndefined()
  expect(isLiquidated(broke)).toBe(true)
  expect(isLiquidated({ marginBalance: 2, maintenanceMargin: 2 })).toBe(true)
})

test('at the liquidation price of one position, the others fixed, the margin ratio is 1', () => {
  const contracts = fc.double({ min: 0.01, max: 50, noNaN: true }).chain((n) => fc.constantFrom(n, -n))
  const price = fc.double({ min: 500, max: 90_000, noNaN: true })
  const one = fc.record({ contracts, entry: price, drift: fc.double({ min: 0.95, max: 1.05, noNaN: true }) })
  fc.assert(
    fc.property(one, one, fc.double({ min: 0.1, max: 1, noNaN: true }), (moving, fixed, part) => {
      const other = held(fixed.contracts, fixed.entry)
      const otherMark = fixed.entry * fixed.drift
      const position = held(moving.contracts, moving.entry)
      const wallet = part * (Math.abs(moving.contracts) * moving.entry + Math.abs(fixed.contracts) * fixed.entry)
      const collateral = crossCollateral(
        wallet,
        positionPnl(other, otherMark),
        requiredMargin(other, otherMark, ETH_TIERS_2021, rule, 0),
      )
      const solved = liquidationPrice(position, collateral, BTC_TIERS, rule, 0)
      fc.pre(solved !== undefined && solved > 0)
      const account = sum(wallet, [
        { position, markPrice: solved, tiers: BTC_TIERS, takerFeeRate: 0 },
        { position: other, markPrice: otherMark, tiers: ETH_TIERS_2021, takerFeeRate: 0 },
      ])
      const scale = Math.abs(moving.contracts) * (solved + moving.entry) + Math.abs(fixed.contracts) * fixed.entry
      expect(Math.abs(account.marginBalance - account.maintenanceMargin)).toBeLessThan(1e-9 * scale)
    }),
  )
})
