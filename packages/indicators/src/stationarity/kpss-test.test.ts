import { createRng } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { REFERENCE, referenceSeries } from '../../test/reference/statistics.ts'
import { kpss, kpssTest } from '../index.ts'

// Reference: kpss of statsmodels 0.15.0, see test/reference/make_statistics.py.
describe('agrees with kpss of statsmodels', () => {
  test.each(REFERENCE.kpss)('$series, $trend, lags $lags', (want) => {
    const got = kpssTest(referenceSeries(want.series), { trend: want.trend, lags: want.lags })
    expect(got.lags).toBe(want.usedLags)
    expect(Math.abs(got.statistic / want.statistic - 1)).toBeLessThan(1e-9)
    expect(Math.abs(got.pValue - want.pValue)).toBeLessThan(1e-9)
  })
})

test('rejects stationarity at 5 % in about one of twenty series of noise', () => {
  const rng = createRng(5)
  let rejected = 0
  for (let run = 0; run < 2000; run++) {
    if (
      kpssTest(
        new Float64Array(150).map(() => rng.nextNormal()),
        { lags: 0 },
      ).pValue < 0.05
    )
      rejected++
  }
  expect(rejected / 2000).toBeGreaterThan(0.025)
  expect(rejected / 2000).toBeLessThan(0.08)
})

test('rolling: each window is the test of that window alone', () => {
  const values = referenceSeries('price')
  for (const [k, trend] of (['constant', 'constant-and-trend'] as const).entries()) {
    const { statistic, pValue } = kpss(values, 60, 4, k + 1)
    for (const i of [59, 60, 121, 239]) {
      const alone = kpssTest(values.slice(i - 59, i + 1), { trend, lags: 4 })
      expect(statistic[i]).toBe(alone.statistic)
      expect(pValue[i]).toBe(alone.pValue)
    }
  }
})

test('nothing wanders on a constant window', () => {
  const { statistic, pValue } = kpss(new Float64Array(20).fill(3), 8, 2, 1)
  expect(statistic[19]).toBe(0)
  expect(pValue[19]).toBe(0.1)
  expect(() => kpss(new Float64Array(20), 5, 5, 1)).toThrow(expect.objectContaining({ name: 'InvalidPeriodError' }))
})

test('refuses what it cannot test, saying why', () => {
  const line = Float64Array.from({ length: 40 }, (_, i) => 3 + 2 * i)
  expect(() => kpssTest(new Float64Array(40).fill(5))).toThrow(
    expect.objectContaining({ name: 'DegenerateSeriesError' }),
  )
  expect(() => kpssTest(line, { trend: 'constant-and-trend' })).toThrow(
    expect.objectContaining({ name: 'DegenerateSeriesError' }),
  )
  expect(kpssTest(line).pValue).toBe(0.01)
  expect(() => kpssTest(Float64Array.of(1, 2))).toThrow(expect.objectContaining({ name: 'SeriesTooShortError' }))
  expect(() => kpssTest(line, { lags: 40 })).toThrow(expect.objectContaining({ name: 'InvalidParameterError' }))
})
