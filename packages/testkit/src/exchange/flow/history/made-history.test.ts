import { expect, test } from 'vitest'
import { marketOf } from '../../core/market-of.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from '../example-markets.ts'
import { makeHistory } from './made-history.ts'

const END_MS = Date.UTC(2024, 4, 1, 12, 0, 30)
const options = { seed: 5, endPrice: 60_000, endMs: END_MS, minutes: 500, medianLots: 20 }

test('gives whole minutes without a gap that end at the price asked for', () => {
  const bars = makeHistory(marketOf(EXAMPLE_PERPETUAL), options)
  expect(bars).toHaveLength(500)
  expect(bars.at(-1)).toMatchObject({ openTimeMs: Date.UTC(2024, 4, 1, 11, 59), closeTicks: 600_000 })
  bars.forEach((bar, index) => {
    expect(bar.openTimeMs).toBe((bars[0]?.openTimeMs ?? 0) + index * 60_000)
    expect(bar.lowTicks).toBeLessThanOrEqual(Math.min(bar.openTicks, bar.closeTicks))
    expect(bar.highTicks).toBeGreaterThanOrEqual(Math.max(bar.openTicks, bar.closeTicks))
    expect(bar.takerBuyLots).toBeLessThanOrEqual(bar.lots)
    const average = Number(bar.quote) / bar.lots
    expect(average).toBeGreaterThanOrEqual(bar.lowTicks)
    expect(average).toBeLessThanOrEqual(bar.highTicks)
  })
})

test('is the same for one seed, and spot and perpetual of a symbol walk together', () => {
  const perpetual = makeHistory(marketOf(EXAMPLE_PERPETUAL), options)
  expect(makeHistory(marketOf(EXAMPLE_PERPETUAL), options)).toEqual(perpetual)
  expect(makeHistory(marketOf(EXAMPLE_PERPETUAL), { ...options, seed: 6 })).not.toEqual(perpetual)
  const spot = makeHistory(marketOf(EXAMPLE_SPOT), options)
  // Ticks of 0.01 and 0.10.
  spot.forEach(({ closeTicks }, index) => {
    expect(Math.abs(closeTicks / 10 - (perpetual[index]?.closeTicks ?? 0))).toBeLessThanOrEqual(0.5)
  })
})
