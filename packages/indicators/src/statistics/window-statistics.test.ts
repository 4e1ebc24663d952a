import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectColumn } from '../../test/compare.ts'
import { randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { REFERENCE, referenceColumn, referenceSeries } from '../../test/reference/statistics.ts'
import {
  autocorrelation,
  correlation,
  halfLife,
  hurst,
  permutationEntropy,
  roc,
  rollingBeta,
  shannonEntropy,
} from '../index.ts'

const last = (column: Float64Array): number => column.at(-1) as number

/** A series with the increments `next(noise, increment before)`. */
function walkOf(length: number, seed: number, next: (noise: number, before: number) => number): Float64Array {
  const rng = createRng(seed)
  let level = 0
  let increment = 0
  return new Float64Array(length).map(() => {
    increment = next(rng.nextNormal(), increment)
    return (level += increment)
  })
}

// Reference: numpy, pandas, statsmodels and TA-Lib, see test/reference/make_statistics.py.
describe('agrees with other tools on the last 60 bars', () => {
  const price = referenceSeries('price')
  const want = REFERENCE.window
  const { period } = want
  test('Shannon entropy by numpy.histogram', () => {
    expect(last(shannonEntropy(price, period, 8))).toBeCloseTo(want.shannonEntropy8, 12)
  })
  test('permutation entropy by numpy.argsort', () => {
    expect(last(permutationEntropy(price, period, 3))).toBeCloseTo(want.permutationEntropy3, 12)
  })
  test('Hurst exponent by numpy.polyfit', () => expect(last(hurst(price, period, 10))).toBeCloseTo(want.hurst10, 11))
  test('persistence by OLS', () => {
    const got = halfLife(price, period, 10_000)
    expect(last(got.persistence)).toBeCloseTo(want.ar1, 11)
    expect(last(got.halfLife)).toBeCloseTo(Math.log(0.5) / Math.log(want.ar1), 9)
  })
  test('beta and alpha by OLS', () => {
    const got = rollingBeta(referenceSeries('partner'), price, period)
    expect(last(got.beta)).toBeCloseTo(want.beta, 11)
    expect(last(got.alpha)).toBeCloseTo(want.alpha, 6)
  })
  test('autocorrelation by pandas', () => {
    expect(last(autocorrelation(price, period, 3))).toBeCloseTo(want.autocorrelation3, 12)
  })
  test('BETA of TA-Lib: the second’s returns explained by the first’s', () => {
    const [first, second] = [Float64Array.from(REFERENCE.bars.open), Float64Array.from(REFERENCE.bars.close)]
    expectColumn(rollingBeta(roc(second, 1), roc(first, 1), 20).beta, referenceColumn(REFERENCE.talib.beta20), {
      relative: 1e-8,
    })
  })
})

describe('Hurst exponent', () => {
  const means = (next: (noise: number, before: number) => number): number => {
    const estimates = Array.from({ length: 40 }, (_, seed) => last(hurst(walkOf(520, seed, next), 500, 20)))
    return estimates.reduce((sum, value) => sum + value, 0) / 40
  }
  test('about 0.5 on random walks', () => expect(Math.abs(means((noise) => noise) - 0.5)).toBeLessThan(0.03))
  test('more where moves follow each other', () => {
    expect(means((noise, before) => 0.5 * before + noise)).toBeGreaterThan(0.57)
    expect(means((noise) => noise + 0.5)).toBeGreaterThan(0.6)
  })
  test('less where moves cancel', () => expect(means((noise, before) => -0.5 * before + noise)).toBeLessThan(0.45))
  test('near 0 on noise around a level', () => {
    const rng = createRng(1)
    expect(
      Math.abs(
        last(
          hurst(
            new Float64Array(600).map(() => rng.nextNormal()),
            500,
            20,
          ),
        ),
      ),
    ).toBeLessThan(0.05)
  })
  test('1 on a line, 0.5 where nothing moves, and blind to unit and level', () => {
    const line = Float64Array.from({ length: 40 }, (_, i) => 5 + 3 * i)
    expect(last(hurst(line, 20, 10))).toBeCloseTo(1, 12)
    expect(last(hurst(new Float64Array(40).fill(3), 20, 10))).toBe(0.5)
    const walk = walkOf(300, 9, (noise) => noise)
    const moved = walk.map((value) => 1024 * value + 4096)
    expectColumn(hurst(moved, 100, 20), hurst(walk, 100, 20), { relative: 1e-9 })
  })
})

describe('half-life', () => {
  test('is that of the process that made the series', () => {
    const rng = createRng(4)
    for (const bars of [5, 20]) {
      const keep = 0.5 ** (1 / bars)
      let level = 0
      const values = new Float64Array(20_001).map(() => (level = keep * level + rng.nextNormal()))
      expect(Math.abs(last(halfLife(values, 20_000, 10_000).halfLife) / bars - 1)).toBeLessThan(0.12)
    }
  })
  // Worked by hand: a distance of 8 that is halved every two bars; one that turns its sign; one that grows.
  test('exact decay, overshooting and growth', () => {
    const decay = Float64Array.from({ length: 12 }, (_, i) => 3 + 8 * 0.5 ** (i / 2))
    expect(last(halfLife(decay, 8, 100).halfLife)).toBeCloseTo(2, 10)
    const turning = Float64Array.from({ length: 12 }, (_, i) => 3 + (-0.5) ** i)
    expect(last(halfLife(turning, 8, 100).halfLife)).toBe(0)
    expect(last(halfLife(turning, 8, 100).persistence)).toBeCloseTo(-0.5, 10)
    const growing = Float64Array.from({ length: 12 }, (_, i) => 1.1 ** i)
    expect(last(halfLife(growing, 8, 100).halfLife)).toBe(100)
    const { halfLife: bars, persistence } = halfLife(new Float64Array(12).fill(2), 8, 100)
    expect([last(bars), last(persistence)]).toEqual([100, 1])
  })
})

describe('rolling beta', () => {
  test('recovers a line, at any level, and gives the mean beside a constant', () => {
    const x = randomPrices(60, 3, 'walk')
    const { beta, alpha } = rollingBeta(
      x.map((value) => 4 - 2 * value),
      x,
      10,
    )
    for (const value of beta.subarray(9)) expect(value).toBeCloseTo(-2, 9)
    for (const value of alpha.subarray(9)) expect(value).toBeCloseTo(4, 6)
    const beside = rollingBeta(Float64Array.of(1, 2, 3, 4), new Float64Array(4).fill(7), 4)
    expect([last(beside.beta), last(beside.alpha)]).toEqual([0, 2.5])
  })
  test('is the correlation times the ratio of deviations: the product of both betas is its square', () => {
    const x = randomPrices(300, 1, 'walk')
    const y = randomPrices(300, 2, 'walk')
    const square = correlation(x, y, 30).map((value) => value * value)
    const other = rollingBeta(y, x, 30).beta
    expectColumn(
      rollingBeta(x, y, 30).beta.map((value, i) => value * (other[i] as number)),
      square,
      { absolute: 1e-11 },
    )
  })
})

describe('autocorrelation', () => {
  test('is the correlation with the series so many bars before', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 9 }), (seed, shape, lag) => {
        const values = randomPrices(60, seed, shape)
        const got = autocorrelation(values, 12, lag)
        expect(got.subarray(lag)).toEqual(correlation(values.subarray(0, 60 - lag), values.subarray(lag), 12))
      }),
    )
  })
  test('1 at the period of a cycle, -1 at half of it', () => {
    const wave = Float64Array.from({ length: 80 }, (_, i) => Math.sin((2 * Math.PI * i) / 16))
    expect(last(autocorrelation(wave, 32, 16))).toBeCloseTo(1, 12)
    expect(last(autocorrelation(wave, 32, 8))).toBeCloseTo(-1, 12)
  })
})

describe('entropy', () => {
  test('0..1 on any series', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 2, max: 40 }), (seed, shape, period) => {
        const values = randomPrices(90, seed, shape)
        const columns = [
          shannonEntropy(values, period, 7).subarray(period),
          permutationEntropy(values, period, 4).subarray(period + 2),
        ]
        for (const value of columns.flatMap((column) => [...column])) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  test('of returns: 1 where all bins hold as many, 0 where there is one return', () => {
    const rises = [0.01, 0.02, 0.03, 0.04, 0.01, 0.02, 0.03, 0.04]
    let level = 0
    const even = Float64Array.from([0, ...rises], (rise) => Math.exp((level += rise)))
    expect(last(shannonEntropy(even, 8, 4))).toBeCloseTo(1, 12)
    const steady = Float64Array.from({ length: 9 }, (_, i) => 2 ** i)
    expect(last(shannonEntropy(steady, 8, 4))).toBe(0)
  })
  // Reference: Bandt and Pompe (2002): of 4, 7, 9, 10, 6, 11, 3 four of six pairs rise, 0.918 bits; the five triples
  // have three patterns, twice, twice and once: 1.522 bits.
  test('the example of Bandt and Pompe', () => {
    const values = Float64Array.of(4, 7, 9, 10, 6, 11, 3)
    expect(last(permutationEntropy(values, 6, 2))).toBeCloseTo(0.918, 3)
    expect(last(permutationEntropy(values, 5, 3)) * Math.log2(6)).toBeCloseTo(1.522, 3)
  })
  test('of patterns: near 1 on noise, 0 where all rise or nothing moves, blind to any rising function', () => {
    const rng = createRng(2)
    const noise = new Float64Array(2100).map(() => rng.nextNormal())
    expect(last(permutationEntropy(noise, 2000, 3))).toBeGreaterThan(0.995)
    expect(last(permutationEntropy(new Float64Array(30).fill(4), 20, 3))).toBe(0)
    expect(
      last(
        permutationEntropy(
          noise.map((_, i) => i),
          20,
          5,
        ),
      ),
    ).toBe(0)
    expect(permutationEntropy(noise.map(Math.exp), 100, 4)).toEqual(permutationEntropy(noise, 100, 4))
  })
})
