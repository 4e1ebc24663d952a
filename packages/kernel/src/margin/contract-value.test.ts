import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { averageEntryPrice, contractFee, contractNotional, contractPnl } from './contract-value.ts'

const price = fc.double({ min: 0.01, max: 1e6, noNaN: true })
const contracts = fc.integer({ min: 1, max: 1_000_000 })

describe('contract values', () => {
  test('an inverse contract is worth its face over the price, in the base currency', () => {
    expect(contractNotional('linear', 2, 0.01, 50_000)).toBe(1_000)
    expect(contractNotional('inverse', 30, 100, 50_000)).toBe(0.06)
    expect(contractNotional('inverse', -30, 100, 50_000)).toBe(-0.06)
  })

  // Recorded answer of Binance COIN-M: 3 contracts of 100 USD short at 68,911.00000037, mark 68,234.2, profit
  // 0.00004318 BTC (ccxt 4.5.68 static response fixtures, MIT).
  test('inverse profit is that of a recorded position', () => {
    expect(contractPnl('inverse', -3, 100, 68_911.00000037, 68_234.2)).toBeCloseTo(0.00004318, 8)
    expect(contractNotional('inverse', -3, 100, 68_234.2)).toBeCloseTo(-0.00439662, 8)
  })

  // Recorded answer of OKX: one contract of 100 USD long at 92,300, mark 92,376.7, upl 0.000000899562244.
  test('inverse profit of a long is that of a recorded position', () => {
    expect(contractPnl('inverse', 1, 100, 92_300, 92_376.7)).toBeCloseTo(0.000000899562244, 15)
  })

  test('a margin account pays its fees and keeps its profit', () => {
    const start = 1_000_000
    const bought = start - contractFee('linear', 10, 1, 46_377, 0.0005)
    expect(bought).toBeCloseTo(999_768.115, 9)
    const sold = bought + contractPnl('linear', 10, 1, 46_377, 46_448) - contractFee('linear', -10, 1, 46_448, 0.0005)
    expect(sold).toBeCloseTo(1_000_245.875, 9)
  })

  test('a negative rate is a rebate', () => {
    expect(contractFee('linear', -10, 1, 100, -0.0001)).toBe(-0.1)
  })

  test.each(['linear', 'inverse'] as const)('the %s profit of an average is the sum of the profits', (settlement) => {
    fc.assert(
      fc.property(contracts, price, contracts, price, price, (first, at, second, then, exit) => {
        const average = averageEntryPrice(settlement, first, at, second, then)
        const sum = contractPnl(settlement, first, 1, at, exit) + contractPnl(settlement, second, 1, then, exit)
        const scale = Math.max(...[at, then, exit].map((p) => contractNotional(settlement, first + second, 1, p)))
        expect(Math.abs(contractPnl(settlement, first + second, 1, average, exit) - sum)).toBeLessThan(1e-12 * scale)
      }),
    )
  })

  test('the first fill sets the entry price', () => {
    expect(averageEntryPrice('inverse', 0, 0, 5, 100)).toBe(100)
    expect(averageEntryPrice('inverse', 10, 100, 10, 50)).toBeCloseTo(200 / 3, 12)
    expect(averageEntryPrice('linear', -10, 100, -10, 50)).toBe(75)
  })
})
