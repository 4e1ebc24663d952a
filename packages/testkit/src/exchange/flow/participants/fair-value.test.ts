import { createRng } from '@kestrel/core'
import { expect, test } from 'vitest'
import { FairValue } from './fair-value.ts'

const MINUTE_MS = 60_000
const YEAR_MINUTES = 525_960

/** Log returns of minutes. */
function returnsOf(
  seed: number,
  options: { annualVolatility: number; volatilityOfVolatility: number },
  count: number,
): number[] {
  const fair = new FairValue(createRng(seed), 0, { startPrice: 100, ...options })
  let before = 100
  return Array.from({ length: count }, (_, index) => {
    const price = fair.moveTo((index + 1) * MINUTE_MS)
    const move = Math.log(price / before)
    before = price
    return move
  })
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

function autocorrelation(values: readonly number[], lag: number): number {
  const mean = meanOf(values)
  const centred = values.map((each) => each - mean)
  const products = centred.slice(lag).map((each, index) => each * (centred[index] ?? 0))
  return meanOf(products) / meanOf(centred.map((each) => each * each))
}

test('has the volatility of the year that was asked for', () => {
  // 40,000 minutes: the sampling error of a constant volatility's estimate is 0.35 %.
  const moves = returnsOf(1, { annualVolatility: 0.5, volatilityOfVolatility: 0 }, 40_000)
  expect(Math.sqrt(meanOf(moves.map((each) => each * each)) * YEAR_MINUTES)).toBeCloseTo(0.5, 1)
  const wandering = returnsOf(2, { annualVolatility: 0.5, volatilityOfVolatility: 0.5 }, 200_000)
  expect(Math.abs(Math.sqrt(meanOf(wandering.map((each) => each * each)) * YEAR_MINUTES) - 0.5)).toBeLessThan(0.05)
})

test('moves are independent, their sizes are not: wild minutes follow wild minutes for about the half-life', () => {
  const moves = returnsOf(3, { annualVolatility: 0.6, volatilityOfVolatility: 0.7 }, 60_000)
  const sizes = moves.map(Math.abs)
  expect(Math.abs(autocorrelation(moves, 1))).toBeLessThan(0.05)
  expect(autocorrelation(sizes, 1)).toBeGreaterThan(0.15)
  expect(autocorrelation(sizes, 10)).toBeGreaterThan(0.1)
  expect(Math.abs(autocorrelation(sizes, 1_000))).toBeLessThan(0.05)
})

test('does not move without time', () => {
  const fair = new FairValue(createRng(4), 1_000, { startPrice: 100 })
  expect(fair.moveTo(1_000)).toBe(100)
  expect(fair.moveTo(500)).toBe(100)
  expect(fair.moveTo(1_001)).not.toBe(100)
})
