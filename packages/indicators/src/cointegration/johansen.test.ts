import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomPrices } from '../../test/random-inputs.ts'
import { REFERENCE, referenceSeries } from '../../test/reference/statistics.ts'
import { type CriticalValues, johansen } from '../index.ts'

const levels = ({ tenPercent, fivePercent, onePercent }: CriticalValues) => [tenPercent, fivePercent, onePercent]

function expectNear(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length)
  for (let i = 0; i < want.length; i++) {
    expect(Math.abs((got[i] as number) - (want[i] as number))).toBeLessThan(
      tolerance * Math.max(1e-6, Math.abs(want[i] as number)),
    )
  }
}

// Reference: coint_johansen of statsmodels 0.15.0, see test/reference/make_statistics.py. It gives all eigenvectors the
// sign that makes the first weight of the first one positive; ours makes that of each positive.
describe('agrees with coint_johansen of statsmodels', () => {
  test.each(REFERENCE.johansen)('$series, $deterministic, $lags lags', (want) => {
    const got = johansen(want.series.map(referenceSeries), { deterministic: want.deterministic, lags: want.lags })
    expectNear(got.eigenvalues, want.eigenvalues, 1e-8)
    expectNear(
      got.tests.map((row) => row.trace),
      want.trace,
      1e-8,
    )
    expectNear(
      got.tests.map((row) => row.maxEigen),
      want.maxEigen,
      1e-8,
    )
    got.tests.forEach((row, k) => {
      expect(row.rank).toBe(k)
      expect(levels(row.traceCriticalValues)).toEqual(want.traceCritical[k])
      expect(levels(row.maxEigenCriticalValues)).toEqual(want.maxEigenCritical[k])
    })
    got.eigenvectors.forEach((vector, k) => {
      const other = want.eigenvectors[k] as readonly number[]
      const sign = Math.sign(other[0] as number)
      expect(vector[0]).toBeGreaterThan(0)
      expectNear(
        vector,
        other.map((weight) => sign * weight),
        1e-6,
      )
    })
  })
})

test('finds the relations that a system was made with', () => {
  const rng = createRng(3)
  const walkOf = (): Float64Array => {
    let level = 0
    return new Float64Array(400).map(() => (level += rng.nextNormal()))
  }
  /** Half of the distance from `factor` times the walk is made good in each step. */
  const follower = (walk: Float64Array, factor: number) => {
    let level = 0
    return walk.map((_, i) => (level += 0.5 * (factor * (walk[i - 1] ?? 0) - level) + rng.nextNormal()))
  }
  // No constant: the tables for one are those of series that drift, which these do not.
  const options = { deterministic: 'none', lags: 1 } as const
  const right = { none: 0, one: 0, two: 0 }
  for (let run = 0; run < 100; run++) {
    const walk = walkOf()
    if (johansen([walk, walkOf()], options).rank === 0) right.none++
    const pair = johansen([walk, follower(walk, 2)], options)
    if (pair.rank === 1) right.one++
    if (johansen([walk, follower(walk, 2), follower(walk, -1)], options).rank === 2) right.two++
    const [first, second] = pair.eigenvectors[0] as Float64Array
    expect(Math.abs((second as number) / (first as number) + 0.5)).toBeLessThan(0.15)
  }
  // One rank in twenty is rejected by chance.
  for (const count of Object.values(right)) expect(count).toBeGreaterThanOrEqual(88)
})

test('neither order nor unit of the series changes the statistics, with any number of lags', () => {
  const [x, y, z] = ['price', 'partner', 'third'].map(referenceSeries) as [Float64Array, Float64Array, Float64Array]
  for (const lags of [0, 1, 3]) {
    const { eigenvalues } = johansen([x, y, z], { lags })
    expectNear(johansen([z, x, y], { lags }).eigenvalues, eigenvalues, 1e-9)
    expectNear(johansen([x.map((value) => value / 1e6), y, z], { lags }).eigenvalues, eigenvalues, 1e-9)
  }
})

test('gives numbers or a reason on any system', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom('walk', 'integers', 'flat', 'steps', 'spikes'),
      fc.integer({ min: 2, max: 5 }),
      fc.nat(70),
      (seed, shape, count, length) => {
        try {
          const series = Array.from({ length: count }, (_, k) => randomPrices(length, seed + k, shape))
          const { eigenvalues, eigenvectors, tests } = johansen(series)
          for (const value of eigenvalues) {
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThan(1)
          }
          for (const value of eigenvectors.flatMap((vector) => [...vector])) expect(Number.isFinite(value)).toBe(true)
          for (const row of tests) expect(Number.isFinite(row.trace + row.maxEigen)).toBe(true)
        } catch (error) {
          expect(['SeriesTooShortError', 'DegenerateSeriesError']).toContain((error as Error).name)
        }
      },
    ),
  )
})

test('refuses what it cannot test, saying why', () => {
  const x = randomPrices(60, 1, 'walk')
  const y = randomPrices(60, 2, 'walk')
  const sum = x.map((value, i) => value + (y[i] as number))
  expect(() => johansen([x, y, sum])).toThrow(expect.objectContaining({ name: 'DegenerateSeriesError' }))
  expect(() => johansen([x])).toThrow(expect.objectContaining({ name: 'InputShapeError' }))
  expect(() => johansen([x, y.subarray(1)])).toThrow(expect.objectContaining({ name: 'InputShapeError' }))
  expect(() => johansen([x, y], { lags: 1.5 })).toThrow(expect.objectContaining({ name: 'InvalidParameterError' }))
  expect(() => johansen([x.subarray(0, 9), y.subarray(0, 9)])).toThrow(
    expect.objectContaining({ name: 'SeriesTooShortError', meta: { length: 9, least: 10 } }),
  )
})
