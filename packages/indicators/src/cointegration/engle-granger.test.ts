import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomPrices } from '../../test/random-inputs.ts'
import { REFERENCE, referenceSeries } from '../../test/reference/statistics.ts'
import { engleGranger } from '../index.ts'

// Reference: coint and OLS of statsmodels 0.15.0, see test/reference/make_statistics.py.
describe('agrees with coint of statsmodels', () => {
  test.each(REFERENCE.engleGranger)('$y on $regressors, $trend, lags $lags', (want) => {
    const got = engleGranger(referenceSeries(want.y), want.regressors.map(referenceSeries), {
      trend: want.trend,
      lags: want.lags,
    })
    expect(Math.abs(got.statistic / want.statistic - 1)).toBeLessThan(1e-8)
    expect(Math.abs(got.pValue - want.pValue)).toBeLessThan(1e-8)
    const coefficients = [...got.hedgeRatios]
    if (want.trend !== 'none') coefficients.push(got.intercept)
    if (want.trend === 'constant-and-trend') coefficients.push(got.slope)
    coefficients.forEach((value, k) => {
      expect(Math.abs(value / (want.coefficients[k] as number) - 1)).toBeLessThan(1e-9)
    })
    expect(got.residuals.at(-1)).toBeCloseTo(want.lastResidual, 7)
    const critical = got.criticalValues
    if (want.trend === 'none') expect(critical).toBeUndefined()
    else {
      expect(critical?.onePercent).toBeCloseTo(want.criticalValues[0] as number, 12)
      expect(critical?.fivePercent).toBeCloseTo(want.criticalValues[1] as number, 12)
      expect(critical?.tenPercent).toBeCloseTo(want.criticalValues[2] as number, 12)
    }
  })
})

test('residuals are what the relation leaves, and sum to 0 with a constant', () => {
  const [y, x] = [referenceSeries('partner'), referenceSeries('price')]
  const { residuals, hedgeRatios, intercept } = engleGranger(y, [x])
  residuals.forEach((residual, i) => {
    expect(residual).toBe((y[i] as number) - intercept - (hedgeRatios[0] as number) * (x[i] as number))
  })
  expect(residuals.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5)
})

test('gives a number or a reason on any pair', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom('walk', 'integers', 'flat', 'steps', 'spikes'),
      fc.nat(50),
      (seed, shape, n) => {
        try {
          const got = engleGranger(randomPrices(n, seed, shape), [randomPrices(n, seed + 1, shape)])
          expect(Number.isFinite(got.statistic)).toBe(true)
          expect(got.pValue).toBeGreaterThanOrEqual(0)
          expect(got.pValue).toBeLessThanOrEqual(1)
        } catch (error) {
          expect(['SeriesTooShortError', 'DegenerateSeriesError']).toContain((error as Error).name)
        }
      },
    ),
  )
})

test('refuses what it cannot test, saying why', () => {
  const y = randomPrices(60, 1, 'walk')
  const x = randomPrices(60, 2, 'walk')
  const twice = x.map((value) => 2 * value)
  const degenerate = expect.objectContaining({ name: 'DegenerateSeriesError' })
  expect(() => engleGranger(twice, [x])).toThrow(degenerate)
  expect(() => engleGranger(y, [x, twice])).toThrow(degenerate)
  expect(() => engleGranger(y, [new Float64Array(60).fill(1)])).toThrow(degenerate)
  const shape = expect.objectContaining({ name: 'InputShapeError' })
  expect(() => engleGranger(y, [])).toThrow(shape)
  expect(() => engleGranger(y, [x, x, x, x, x, x])).toThrow(shape)
  expect(() => engleGranger(y, [x.subarray(1)])).toThrow(shape)
  expect(() => engleGranger(y.subarray(0, 2), [x.subarray(0, 2)])).toThrow(
    expect.objectContaining({ name: 'SeriesTooShortError' }),
  )
})
