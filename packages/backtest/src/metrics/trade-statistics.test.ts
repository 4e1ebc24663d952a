import { describe, expect, test } from 'vitest'
import { tradeStatistics } from './trade-statistics.ts'

const outcomes = (profits: readonly number[]) =>
  profits.map((profit, i) => ({ profit, profitRatio: profit / 1_000, holdingMs: (i + 1) * 1_000 }))

describe('trade statistics', () => {
  // By hand: wins 30 + 10 + 20, losses 20 + 10, one draw.
  const found = tradeStatistics(outcomes([30, 10, -20, 0, 20, -10]))

  test('count draws in the divisor of the win rate', () => {
    expect(found).toMatchObject({ trades: 6, wins: 3, losses: 2, draws: 1, winRate: 0.5 })
  })

  test('ratios by hand', () => {
    expect(found.profitFactor).toBe(2)
    expect(found.payoffRatio).toBeCloseTo(20 / 15, 14)
    expect(found.expectancy).toBe(5)
    expect(found.expectancyR).toBeCloseTo((1 + 20 / 15) * 0.5 - 1, 14)
    expect(found.kelly).toBeCloseTo(0.5 - 0.5 / (20 / 15), 14)
    // sqrt(6) * 5 / 18.708286933869708, the deviation with divisor 5.
    expect(found.sqn).toBeCloseTo(0.6546536707079771, 12)
  })

  test('streaks end at a draw, holding times by outcome', () => {
    expect(found).toMatchObject({
      maxConsecutiveWins: 2,
      maxConsecutiveLosses: 1,
      meanHoldingMs: 3_500,
      meanWinHoldingMs: 8_000 / 3,
      longestLossHoldingMs: 6_000,
    })
  })

  test.each([[[]], [[5, 5]], [[-5]], [[0]]])('profits %j give no ratio that divides by zero', (profits) => {
    for (const [name, value] of Object.entries(tradeStatistics(outcomes(profits)))) {
      expect(value === undefined || Number.isFinite(value), name).toBe(true)
    }
    expect(tradeStatistics(outcomes(profits)).kelly).toBeUndefined()
    expect(tradeStatistics(outcomes(profits)).sqn).toBeUndefined()
  })
})
