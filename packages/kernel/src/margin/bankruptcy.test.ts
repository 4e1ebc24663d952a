import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bankruptcyPrice, settleLiquidation } from './bankruptcy.ts'
import { type ContractPosition, positionNotional, positionPnl } from './contract-value.ts'
import { LIQUIDATION_RULES, LIQUIDATION_VENUES } from './liquidation-rule.ts'

const long: ContractPosition = { settlement: 'linear', contracts: 10, contractSize: 1, entryPrice: 100 }
const short: ContractPosition = { ...long, contracts: -10 }
const { binance, bybit } = LIQUIDATION_RULES

const positions = fc.record({
  settlement: fc.constantFrom('linear' as const, 'inverse' as const),
  contracts: fc.integer({ min: 1, max: 10_000 }).chain((n) => fc.constantFrom(n, -n)),
  contractSize: fc.constantFrom(0.01, 1, 100),
  entryPrice: fc.double({ min: 10, max: 1e5, noNaN: true }),
})

describe('bankruptcyPrice', () => {
  test.each([
    [long, 90],
    [short, 110],
  ])('of 10x lies a tenth of the entry price away', (position, expected) => {
    expect(bankruptcyPrice(position, 100)).toBeCloseTo(expected, 12)
  })

  test('there is none where the position is paid for in full', () => {
    expect(bankruptcyPrice(long, 1_000)).toBeUndefined()
    expect(bankruptcyPrice({ ...long, contracts: 0 }, 10)).toBeUndefined()
    expect(bankruptcyPrice(short, -2_000)).toBe(0)
  })

  test('equity less the closing fee is 0 there', () => {
    const fee = fc.double({ min: 0, max: 0.001, noNaN: true })
    fc.assert(
      fc.property(positions, fc.double({ min: 0.01, max: 0.9, noNaN: true }), fee, (position, part, feeRate) => {
        const collateral = part * positionNotional(position, position.entryPrice)
        const price = bankruptcyPrice(position, collateral, feeRate)
        fc.pre(price !== undefined)
        const scale = positionNotional(position, price) + positionNotional(position, position.entryPrice)
        const equity = collateral + positionPnl(position, price) - positionNotional(position, price) * feeRate
        expect(Math.abs(equity)).toBeLessThan(1e-9 * scale)
      }),
    )
  })
})

describe('settleLiquidation', () => {
  test('Binance takes its clearance fee and gives the rest back', () => {
    expect(settleLiquidation(long, 100, 91, 0.0125, binance.isolated)).toMatchObject({
      realisedPnl: -90,
      liquidationFee: 10,
      returned: 0,
      insuranceFund: 10,
    })
    const small = settleLiquidation(long, 100, 91, 0.005, binance.isolated)
    expect(small.liquidationFee).toBeCloseTo(4.55, 12)
    expect(small.returned).toBeCloseTo(5.45, 12)
  })

  test('a venue that takes the position over keeps what is left', () => {
    expect(settleLiquidation(long, 100, 91, 0, bybit.isolated)).toMatchObject({ returned: 0, insuranceFund: 10 })
  })

  test('beyond the bankruptcy price the fund pays, and the trader owes nothing', () => {
    expect(settleLiquidation(short, 100, 113, 0.0125, binance.isolated)).toMatchObject({
      liquidationFee: 0,
      returned: 0,
      insuranceFund: -30,
    })
  })

  test('money is neither made nor lost', () => {
    const move = fc.double({ min: 0.5, max: 2, noNaN: true })
    const venues = fc.constantFrom(...LIQUIDATION_VENUES)
    fc.assert(
      fc.property(
        positions,
        move,
        fc.double({ min: 0, max: 1, noNaN: true }),
        venues,
        (position, factor, part, venue) => {
          const collateral = part * positionNotional(position, position.entryPrice)
          const fill = position.entryPrice * factor
          const outcome = settleLiquidation(position, collateral, fill, 0.0125, LIQUIDATION_RULES[venue].isolated)
          expect(outcome.returned).toBeGreaterThanOrEqual(0)
          expect(outcome.returned).toBeLessThanOrEqual(Math.max(0, collateral + outcome.realisedPnl))
          const scale = collateral + Math.abs(outcome.realisedPnl)
          const kept = outcome.returned + outcome.insuranceFund
          expect(Math.abs(collateral + outcome.realisedPnl - kept)).toBeLessThanOrEqual(1e-12 * scale)
        },
      ),
    )
  })
})
