import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillableQuantity, slippageBps, slippageModelSchema } from './slippage-model.ts'

const MARKET = { dayVolume: 10_000, dayVolatility: 0.04, barVolume: 100 }
const fixed = slippageModelSchema.parse({ model: 'fixed' })
const root = slippageModelSchema.parse({ model: 'sqrt' })
const share = slippageModelSchema.parse({ model: 'volume-share' })

describe('slippage', () => {
  test('fixed is the default of the simulator', () => {
    expect(slippageBps(fixed, 1e9, MARKET)).toBe(2)
  })

  // 1 % of a day's volume at a daily volatility of 4 %: 0.04 * sqrt(0.01) = 0.4 %.
  test('square root of the share of the day', () => {
    expect(slippageBps(root, 100, MARKET)).toBeCloseTo(40, 12)
    expect(slippageBps(root, -400, MARKET)).toBeCloseTo(80, 12)
    expect(slippageBps(root, 1, { ...MARKET, dayVolume: 0 })).toBe(1_000)
  })

  // zipline: share 0.02 gives 0.02^2 * 0.1 = 0.4 bp, and beyond the limit the share stays at 2.5 %.
  test('volume share as in zipline', () => {
    expect(slippageBps(share, 2, MARKET)).toBeCloseTo(0.4, 12)
    expect(slippageBps(share, 50, MARKET)).toBeCloseTo(0.1 * 0.025 ** 2 * 1e4, 12)
    expect(slippageBps(share, 50, { ...MARKET, barVolume: 0 })).toBeCloseTo(0.1 * 0.025 ** 2 * 1e4, 12)
    expect(fillableQuantity(share, 100)).toBe(2.5)
    expect(fillableQuantity(fixed, 100)).toBe(Infinity)
  })

  test('never falls with the size, and never below 0', () => {
    const quantity = fc.double({ min: 0, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(fixed, root, share), quantity, quantity, (model, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a]
        expect(slippageBps(model, small, MARKET)).toBeGreaterThanOrEqual(0)
        expect(slippageBps(model, large, MARKET)).toBeGreaterThanOrEqual(slippageBps(model, small, MARKET))
      }),
    )
  })
})
