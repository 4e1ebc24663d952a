import { createRng } from '@kestrel/core'
import { describe, expect, test } from 'vitest'
import { expectColumn } from '../../test/compare.ts'
import { REFERENCE, referenceColumn } from '../../test/reference/statistics.ts'
import { bipowerVariation, garmanKlass, historicalVolatility, parkinson, rogersSatchell, yangZhang } from '../index.ts'

type Bars = [open: Float64Array, high: Float64Array, low: Float64Array, close: Float64Array]
const { open, high, low, close } = REFERENCE.bars
const BARS = [open, high, low, close].map((column) => Float64Array.from(column)) as Bars

// Reference: the formulas of the papers on rolling sums and variances of pandas, see test/reference/make_statistics.py.
describe('agrees with the formulas in pandas', () => {
  const want = REFERENCE.volatility10
  test('Parkinson', () => expectColumn(parkinson(BARS[1], BARS[2], 10, 365), referenceColumn(want.parkinson)))
  test('Garman-Klass', () => expectColumn(garmanKlass(...BARS, 10, 365), referenceColumn(want.garmanKlass)))
  test('Rogers-Satchell', () => expectColumn(rogersSatchell(...BARS, 10, 365), referenceColumn(want.rogersSatchell)))
  test('Yang-Zhang', () => expectColumn(yangZhang(...BARS, 10, 365), referenceColumn(want.yangZhang)))
  test('realised and bipower variance', () => {
    const got = bipowerVariation(BARS[3], 10, 365)
    expectColumn(got.realisedVariance, referenceColumn(want.realisedVariance))
    expectColumn(got.bipowerVariance, referenceColumn(want.bipowerVariance))
  })
})

interface Market {
  /** Mean log return of a bar. */
  readonly drift: number
  /** Deviation of the jump between a close and the next open. */
  readonly gap: number
}

const STEPS = 400
const STEP_DEVIATION = 0.0005
/** Deviation of the log return of a bar from open to close. */
const DEVIATION = STEP_DEVIATION * Math.sqrt(STEPS)

/** Bars of a geometric walk in small steps. */
function simulate({ drift, gap }: Market, count: number, seed: number): Bars {
  const rng = createRng(seed)
  const bars: Bars = [open, high, low, close].map(() => new Float64Array(count)) as Bars
  let price = 0
  for (let i = 0; i < count; i++) {
    price += gap * rng.nextNormal()
    let [top, bottom] = [price, price]
    bars[0][i] = Math.exp(price)
    for (let step = 0; step < STEPS; step++) {
      price += drift / STEPS + STEP_DEVIATION * rng.nextNormal()
      top = Math.max(top, price)
      bottom = Math.min(bottom, price)
    }
    bars[1][i] = Math.exp(top)
    bars[2][i] = Math.exp(bottom)
    bars[3][i] = Math.exp(price)
  }
  return bars
}

const last = (column: Float64Array): number => column.at(-1) as number

describe('recovers the volatility that bars were made with', () => {
  const count = 1500
  const all = (bars: Bars) => ({
    parkinson: last(parkinson(bars[1], bars[2], count - 1, 1)) / DEVIATION,
    garmanKlass: last(garmanKlass(...bars, count - 1, 1)) / DEVIATION,
    rogersSatchell: last(rogersSatchell(...bars, count - 1, 1)) / DEVIATION,
    yangZhang: last(yangZhang(...bars, count - 1, 1)) / DEVIATION,
  })

  // A range is seen at 400 steps only, which takes some 4 % off the range estimators.
  test('without drift and gaps: all of them', () => {
    for (const ratio of Object.values(all(simulate({ drift: 0, gap: 0 }, count, 1)))) {
      expect(ratio).toBeGreaterThan(0.9)
      expect(ratio).toBeLessThan(1.05)
    }
  })

  test('with strong drift: Rogers-Satchell and Yang-Zhang still, Parkinson far too high', () => {
    const got = all(simulate({ drift: 2 * DEVIATION, gap: 0 }, count, 2))
    expect(got.rogersSatchell).toBeGreaterThan(0.9)
    expect(got.rogersSatchell).toBeLessThan(1.05)
    expect(got.yangZhang).toBeGreaterThan(0.9)
    expect(got.yangZhang).toBeLessThan(1.05)
    expect(got.parkinson).toBeGreaterThan(1.3)
  })

  test('with gaps: Yang-Zhang alone sees their part', () => {
    const got = all(simulate({ drift: 0, gap: DEVIATION }, count, 3))
    expect(got.yangZhang).toBeGreaterThan(0.94 * Math.SQRT2)
    expect(got.yangZhang).toBeLessThan(1.05 * Math.SQRT2)
    for (const ratio of [got.parkinson, got.garmanKlass, got.rogersSatchell]) expect(ratio).toBeLessThan(1.05)
  })

  test('with a tenth of the noise of closes: estimates of short windows scatter less', () => {
    const bars = simulate({ drift: 0, gap: 0 }, count, 4)
    const scatter = (column: Float64Array): number => {
      const squares = Array.from({ length: 100 }, (_, k) => (column[(k + 1) * 14 - 1 + 20] as number) ** 2)
      const mean = squares.reduce((sum, value) => sum + value, 0) / 100
      return squares.reduce((sum, value) => sum + (value / mean - 1) ** 2, 0) / 100
    }
    const ofCloses = scatter(historicalVolatility(bars[3], 14, 1))
    expect(scatter(parkinson(bars[1], bars[2], 14, 1))).toBeLessThan(ofCloses / 2.5)
    expect(scatter(garmanKlass(...bars, 14, 1))).toBeLessThan(ofCloses / 3)
    expect(scatter(yangZhang(...bars, 14, 1))).toBeLessThan(ofCloses / 3)
  })
})

test('a year of more bars is wider by the root', () => {
  expectColumn(
    yangZhang(...BARS, 5, 8760),
    yangZhang(...BARS, 5, 1).map((value) => value * Math.sqrt(8760)),
  )
})

test('bars without movement have none, bars that contradict themselves no negative one', () => {
  const flat = new Float64Array(12).fill(3)
  expect(garmanKlass(flat, flat, flat, flat, 4, 365)[11]).toBe(0)
  expect(yangZhang(flat, flat, flat, flat, 4, 365)[11]).toBe(0)
  expect(bipowerVariation(flat, 4, 365).jumpRatio[11]).toBe(0)
  const above = new Float64Array(12).fill(9)
  expect(garmanKlass(flat, flat, flat, above, 4, 365)[11]).toBe(0)
})

describe('bipower variation', () => {
  const rng = createRng(21)
  const returns = Float64Array.from({ length: 5000 }, () => 0.01 * rng.nextNormal())
  const pricesOf = (moves: Float64Array): Float64Array => {
    let level = 0
    return Float64Array.from([0, ...moves], (move) => Math.exp((level += move)))
  }

  test('without jumps both variances are that of the returns', () => {
    const got = bipowerVariation(pricesOf(returns), 5000, 1)
    expect(last(got.realisedVariance) / 1e-4).toBeCloseTo(1, 1)
    expect(last(got.bipowerVariance) / 1e-4).toBeCloseTo(1, 1)
    expect(last(got.jumpRatio)).toBeLessThan(0.05)
  })

  test('jumps show in the realised variance and hardly in the other', () => {
    const jumpy = returns.map((move, i) => (i % 500 === 250 ? move + 0.3 : move))
    const got = bipowerVariation(pricesOf(jumpy), 5000, 1)
    // Ten jumps of 0.3 add 0.9 to squared returns of 0.5 in sum.
    expect(last(got.realisedVariance) / 1e-4).toBeCloseTo(2.8, 0)
    expect(last(got.bipowerVariance) / 1e-4).toBeLessThan(1.3)
    expect(last(got.jumpRatio)).toBeGreaterThan(0.5)
  })
})
