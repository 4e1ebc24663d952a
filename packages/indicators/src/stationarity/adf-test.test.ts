import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { REFERENCE, referenceSeries } from '../../test/reference/statistics.ts'
import { adf, adfTest } from '../index.ts'

// Reference: adfuller of statsmodels 0.15.0, see test/reference/make_statistics.py.
describe('agrees with adfuller of statsmodels', () => {
  test.each(REFERENCE.adf)('$series, $trend, lags $lags', (want) => {
    const got = adfTest(referenceSeries(want.series), { trend: want.trend, lags: want.lags })
    expect(got.lags).toBe(want.usedLags)
    expect(got.observations).toBe(want.observations)
    expect(Math.abs(got.statistic - want.statistic)).toBeLessThan(1e-9 * Math.max(1, Math.abs(want.statistic)))
    expect(Math.abs(got.pValue - want.pValue)).toBeLessThan(1e-9)
    const { onePercent, fivePercent, tenPercent } = got.criticalValues
    for (const [k, value] of [onePercent, fivePercent, tenPercent].entries()) {
      expect(value).toBeCloseTo(want.criticalValues[k] as number, 12)
    }
  })
})

test('a cap on the lags is kept', () => {
  const { lags } = adfTest(referenceSeries('trending'), { lags: 'aic', maxLags: 2 })
  expect(lags).toBeLessThanOrEqual(2)
})

test('the statistic knows neither the unit nor, with a constant, the level', () => {
  const values = referenceSeries('walk')
  const { statistic } = adfTest(values, { lags: 2 })
  expect(
    adfTest(
      values.map((value) => 1e12 * value),
      { lags: 2 },
    ).statistic,
  ).toBeCloseTo(statistic, 9)
  expect(
    adfTest(
      values.map((value) => value + 1e6),
      { lags: 2 },
    ).statistic,
  ).toBeCloseTo(statistic, 6)
})

test('rejects a unit root at 5 % in about one of twenty random walks', () => {
  const rng = createRng(11)
  let rejected = 0
  for (let run = 0; run < 2000; run++) {
    let level = 0
    const walk = new Float64Array(120).map(() => (level += rng.nextNormal()))
    if (adfTest(walk, { lags: 0 }).pValue < 0.05) rejected++
  }
  // Five standard errors around 0.05 of 2,000 runs, and the asymptotic p-value's own error at this length.
  expect(rejected / 2000).toBeGreaterThan(0.025)
  expect(rejected / 2000).toBeLessThan(0.08)
})

test('rolling: each window is the test of that window alone', () => {
  const values = referenceSeries('price')
  for (const [trend, name] of (['none', 'constant', 'constant-and-trend'] as const).entries()) {
    const { statistic, pValue } = adf(values, 50, 2, trend)
    for (const i of [49, 50, 101, 239]) {
      const alone = adfTest(values.slice(i - 49, i + 1), { trend: name, lags: 2 })
      expect(statistic[i]).toBe(alone.statistic)
      expect(pValue[i]).toBe(alone.pValue)
    }
  }
})

test('rolling: no test, no evidence', () => {
  const { statistic, pValue } = adf(new Float64Array(30).fill(7), 10, 1, 1)
  expect(new Set(statistic.subarray(9))).toEqual(new Set([0]))
  expect(new Set(pValue.subarray(9))).toEqual(new Set([1]))
  expect(() => adf(new Float64Array(30), 11, 4, 1)).toThrow(
    expect.objectContaining({ name: 'InvalidPeriodError', meta: { period: 11 } }),
  )
})

test('gives a number or a reason on any series', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(...SHAPES),
      fc.integer({ min: 0, max: 60 }),
      fc.constantFrom('none' as const, 'constant' as const, 'constant-and-trend' as const),
      (seed, shape, length, trend) => {
        try {
          const { statistic, pValue } = adfTest(randomPrices(length, seed, shape), { trend })
          expect(Number.isFinite(statistic)).toBe(true)
          expect(pValue).toBeGreaterThanOrEqual(0)
          expect(pValue).toBeLessThanOrEqual(1)
        } catch (error) {
          expect(['SeriesTooShortError', 'DegenerateSeriesError']).toContain((error as Error).name)
        }
      },
    ),
  )
})

test('refuses what it cannot test, saying why', () => {
  const line = Float64Array.from({ length: 40 }, (_, i) => 3 + 2 * i)
  expect(() => adfTest(new Float64Array(40).fill(5))).toThrow(
    expect.objectContaining({ code: 'IND_DEGENERATE_SERIES' }),
  )
  expect(() => adfTest(line, { lags: 0 })).toThrow(expect.objectContaining({ code: 'IND_DEGENERATE_SERIES' }))
  expect(() => adfTest(Float64Array.of(1, 2, 4))).toThrow(
    expect.objectContaining({ name: 'SeriesTooShortError', meta: { length: 3, least: 4 } }),
  )
  for (const lags of [-1, 0.5, 19, Number.NaN]) {
    expect(() => adfTest(randomPrices(40, 1, 'walk'), { lags })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError', meta: { lags } }),
    )
  }
  expect(() => adfTest(Float64Array.of(Number.NaN, 1, 2, 3, 5, 4, 6))).toThrow(
    expect.objectContaining({ name: 'InvalidInputError', meta: { input: 'value', index: 0, value: Number.NaN } }),
  )
})
