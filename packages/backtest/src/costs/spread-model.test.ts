import { sliceBars } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { barsOf, bouncingBars } from './cost-bars.fixture.ts'
import { abdiRanaldoSquaredSpread, corwinSchultzSpread } from './spread-estimators.ts'
import { spreadColumn, type SpreadModelSpec } from './spread-model.ts'

const QUIET = barsOf(Array.from({ length: 6 }, () => [100, 100.1, 99.9, 100.1, 5] as const))
const SPECS: readonly SpreadModelSpec[] = [
  { model: 'fixed', bps: 3 },
  { model: 'corwin-schultz', bars: 4 },
  { model: 'abdi-ranaldo', bars: 4 },
  { model: 'volatility', bars: 4 },
]

describe('estimators', () => {
  // With a price that stands still the range is the spread alone, and both papers' estimators give it exactly:
  // alpha = ln(H / L) and S = 2 (H - L) / (H + L); the other one the log of H / L.
  test('find the spread of a market that stands still', () => {
    expect(corwinSchultzSpread(QUIET).at(-1)).toBeCloseTo((2 * 0.2) / 200, 12)
    expect(Math.sqrt(abdiRanaldoSquaredSpread(QUIET).at(-1) ?? 0)).toBeCloseTo(Math.log(100.1 / 99.9), 12)
    expect(corwinSchultzSpread(QUIET)[0]).toBeNaN()
  })

  // The simulated market of both papers, in which the spread is known.
  test.each([
    ['corwin-schultz', 0.01, 0.03, 0.1],
    ['corwin-schultz', 0.03, 0.03, 0.1],
    ['corwin-schultz', 0.001, 0.005, 0.1],
    ['abdi-ranaldo', 0.01, 0.03, 0.2],
    ['abdi-ranaldo', 0.03, 0.03, 0.1],
    ['abdi-ranaldo', 0.01, 0.005, 0.1],
  ] as const)(
    '%s finds a spread of %s at a volatility of %s a bar, within %s of it',
    (model, spread, volatility, near) => {
      const bars = bouncingBars(2_000, spread, volatility, 7)
      const found = spreadColumn({ model, bars: 1_990, minBps: 0, maxBps: 1_000 }, bars).at(-1) ?? 0
      expect(Math.abs(found / 10_000 / spread - 1)).toBeLessThan(near)
    },
  )
})

describe('spreadColumn', () => {
  test('fixed is the same at every bar', () => {
    expect([...spreadColumn({ model: 'fixed', bps: 3 }, QUIET)]).toEqual([3, 3, 3, 3, 3, 3])
  })

  test('starts at the least spread and keeps to its limits', () => {
    const column = spreadColumn({ model: 'volatility', share: 0.5, bars: 3, minBps: 2, maxBps: 8 }, QUIET)
    expect([...column]).toEqual([2, 2, 8, 8, 8, 8])
    const within = spreadColumn({ model: 'volatility', share: 0.25, bars: 3, minBps: 2, maxBps: 8 }, QUIET)
    expect(within[5]).toBeCloseTo(Math.log(100.1 / 99.9) * 2_500, 9)
  })

  test('quotes: the last one knowable at the close, while it is young enough', () => {
    const quotes = {
      tsEventMs: Float64Array.of(30_000, 60_000, 240_000),
      knowableTimeMs: Float64Array.of(30_000, 60_001, 240_000),
      values: { bid: Float64Array.of(99.9, 99.8, 99.95), ask: Float64Array.of(100.1, 100.2, 100.05) },
    }
    const column = spreadColumn({ model: 'quotes', maxAgeMs: 90_000, fallbackBps: 7 }, QUIET, quotes)
    expect([...column].map((bps) => Math.round(bps * 1e6) / 1e6)).toEqual([20, 40, 7, 10, 10, 7])
  })

  test('refuses quotes that are missing or crossed', () => {
    const refused = expect.objectContaining({ name: 'DataError', code: 'BACKTEST_QUOTES' })
    expect(() => spreadColumn({ model: 'quotes' }, QUIET)).toThrow(refused)
    const crossed = {
      tsEventMs: Float64Array.of(1),
      knowableTimeMs: Float64Array.of(1),
      values: { bid: Float64Array.of(101), ask: Float64Array.of(100) },
    }
    expect(() => spreadColumn({ model: 'quotes' }, QUIET, crossed)).toThrow(refused)
  })

  test.each(SPECS)('$model never reads the future, and is finite', (spec) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1_000), (cut, seed) => {
        const bars = bouncingBars(60, 0.002, 0.01, seed)
        const all = spreadColumn(spec, bars)
        expect([...all.subarray(0, cut)]).toEqual([...spreadColumn(spec, sliceBars(bars, 0, cut))])
        expect(all.every((bps) => bps >= 0 && Number.isFinite(bps))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })
})
