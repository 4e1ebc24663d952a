import fc from 'fast-check'
import * as peer from 'technicalindicators'
import { describe, expect, test } from 'vitest'
import { expectColumn } from '../../test/compare.ts'
import { hasGolden, readGolden } from '../../test/golden.ts'
import { perWindow, preciseSum } from '../../test/oracle.ts'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { REFERENCE, referenceColumn } from '../../test/reference/statistics.ts'
import { adLine, chaikinOscillator, cmf, emaFromFirst, eom, forceIndex, mfi, sma } from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array, volume: Float64Array]
const barsOf = (seed: number, shape: (typeof SHAPES)[number], length = 80): Bars =>
  randomInputs(['high', 'low', 'close', 'volume'], length, seed, shape) as Bars
const BARS = (['high', 'low', 'close', 'volume'] as const).map((name) =>
  Float64Array.from(REFERENCE.bars[name]),
) as Bars

// Reference: TA-Lib 0.6 through its Python package 0.8.2, see test/reference/make_statistics.py. Its flows of less than 1
// quote unit in sum, where it would give 0 instead of our share, do not occur in these bars.
describe('agrees with TA-Lib', () => {
  test('MFI', () => expectColumn(mfi(...BARS, 14), referenceColumn(REFERENCE.talib.mfi14)))
  test('AD, bit for bit', () => expect(adLine(...BARS)).toEqual(referenceColumn(REFERENCE.talib.ad)))
  test('ADOSC', () => {
    expectColumn(chaikinOscillator(...BARS, 3, 10), referenceColumn(REFERENCE.talib.adosc3_10), { absolute: 1e-8 })
  })
})

// Reference: golden/lean of the shared test data, spy_mfi.txt: MFI 20, 7 digits.
test.skipIf(!hasGolden)('mfi agrees with the Lean golden file (needs ../shared/data)', () => {
  const { columns } = readGolden('spy_mfi.txt')
  const [highs, lows, closes, volumes, want] = columns.slice(2) as [...Bars, Float64Array]
  const got = mfi(highs, lows, closes, volumes, 20)
  expect(got.findIndex((value) => !Number.isNaN(value))).toBe(want.findIndex((value) => !Number.isNaN(value)))
  expectColumn(got, want, { relative: 0, absolute: 2e-5 })
})

// Reference: technicalindicators 3.1.0 (MIT). Its MFI leaves the first bar out, is rounded to 2 decimals, and counts a
// bar at the price of the one before (none here) as outflow. Its line is rounded to whole units and adds all volume of a
// bar without range, so the bars compared have one.
test('agrees with technicalindicators', () => {
  const [walkHigh, ...rest] = barsOf(42, 'walk', 1500)
  const bars: Bars = [walkHigh.map((price) => price * 1.001), ...rest]
  const [high, low, close, volume] = bars.map((column) => [...column]) as [number[], number[], number[], number[]]
  const flow = mfi(...bars, 14).subarray(15)
  const flows = peer.mfi({ high, low, close, volume, period: 14 })
  expectColumn(flow, Float64Array.from(flows), { relative: 0, absolute: 0.005_000_1 })
  const line = peer.adl({ high, low, close, volume })
  expectColumn(adLine(...bars), Float64Array.from(line), { relative: 0, absolute: 0.5 })
  const force = peer.forceindex({ close, volume, period: 13 })
  expectColumn(forceIndex(bars[2], bars[3], 13).subarray(13), Float64Array.from(force), { absolute: 1e-9 })
})

// Worked by hand: typical prices 10, 11, 11, 9; flows +11 * 2, none, -9 * 4.
test('mfi: worked by hand', () => {
  const price = Float64Array.of(10, 11, 11, 9)
  const got = mfi(price, price, price, Float64Array.of(1, 2, 3, 4), 3)
  expect(got[3]).toBeCloseTo((100 * 22) / (22 + 36), 12)
  const flat = new Float64Array(10).fill(5)
  expect(mfi(flat, flat, flat, flat, 4)[9]).toBe(50)
  expect(mfi(price, price, price, new Float64Array(4), 2)[3]).toBe(50)
})

// Worked by hand: the close lies at 3/4, 1/2, the low and the high of the bar.
test('the line weighs volume by the place of the close; the flow is its share of all volume', () => {
  const bars: Bars = [
    Float64Array.of(14, 12, 12, 12),
    Float64Array.of(10, 8, 8, 8),
    Float64Array.of(13, 10, 8, 12),
    Float64Array.of(8, 5, 6, 2),
  ]
  expect(adLine(...bars)).toEqual(Float64Array.of(4, 4, -2, 0))
  expect(cmf(...bars, 2)).toEqual(Float64Array.of(Number.NaN, 4 / 13, -6 / 11, -4 / 8))
  expect(cmf(bars[0], bars[1], bars[2], new Float64Array(4), 2)[3]).toBe(0)
})

test('the oscillator is the difference of two averages of the line', () => {
  const bars = barsOf(9, 'walk')
  const line = adLine(...bars)
  const [fast, slow] = [emaFromFirst(line, 3), emaFromFirst(line, 10)]
  const want = fast.map((value, i) => (i < 9 ? Number.NaN : value - (slow[i] as number)))
  expect(chaikinOscillator(...bars, 3, 10)).toEqual(want)
})

test('bounds: mfi 0..100, cmf -1..1', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 20 }), (seed, shape, period) => {
      const bars = barsOf(seed, shape)
      for (const value of mfi(...bars, period).subarray(period)) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(100)
      }
      for (const value of cmf(...bars, period).subarray(period - 1)) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    }),
  )
})

test('cmf and mfi equal those of fresh windows', () => {
  const [highs, lows, closes, volumes] = barsOf(6, 'walk', 400)
  const placed = closes.map((price, i) => {
    const range = (highs[i] as number) - (lows[i] as number)
    return range === 0 ? 0 : ((2 * price - (highs[i] as number) - (lows[i] as number)) / range) * (volumes[i] as number)
  })
  const flow = perWindow(placed, 21, (window) => preciseSum(window))
  const total = perWindow(volumes, 21, (window) => preciseSum(window))
  expectColumn(
    cmf(highs, lows, closes, volumes, 21),
    flow.map((value, i) => value / (total[i] as number)),
    { absolute: 1e-11 },
  )
  const typical = closes.map((price, i) => ((highs[i] as number) + (lows[i] as number) + price) / 3)
  const turnover = typical.map((price, i) => price * (volumes[i] as number))
  const rising = turnover.map((value, i) => ((typical[i] as number) > (typical[i - 1] ?? Infinity) ? value : 0))
  const falling = turnover.map((value, i) => ((typical[i] as number) < (typical[i - 1] ?? -Infinity) ? value : 0))
  const inflow = perWindow(rising, 14, (window) => preciseSum(window))
  const outflow = perWindow(falling, 14, (window) => preciseSum(window))
  const want = inflow.map((value, i) => (i < 14 ? Number.NaN : (100 * value) / (value + (outflow[i] as number))))
  expectColumn(mfi(highs, lows, closes, volumes, 14), want)
})

// Worked by hand: changes 2, -1, 3 times volumes 10, 20, 5; average of two seeded with a mean, factor 2/3.
test('force index', () => {
  const got = forceIndex(Float64Array.of(10, 12, 11, 14), Float64Array.of(7, 10, 20, 5), 2)
  expect([...got.subarray(0, 3)]).toEqual([Number.NaN, Number.NaN, 0])
  expect(got[3]).toBeCloseTo(10, 12)
})

// Worked by hand: middles 9, 10, 9.5; ranges 2 and 3; volumes 4 and 0.
test('ease of movement: distance times range by volume, 0 without volume, scaled by the unit', () => {
  const highs = Float64Array.of(10, 11, 11)
  const lows = Float64Array.of(8, 9, 8)
  const volumes = Float64Array.of(1, 4, 0)
  expect(eom(highs, lows, volumes, 1, 1)).toEqual(Float64Array.of(Number.NaN, 0.5, 0))
  expect(eom(highs, lows, volumes, 2, 10_000)).toEqual(Float64Array.of(Number.NaN, Number.NaN, 2500))
  const [h, l, , v] = barsOf(3, 'walk')
  const raw = eom(h, l, v, 1, 1)
  expectColumn(eom(h, l, v, 14, 1).subarray(1), sma(raw.subarray(1), 14), { relative: 1e-12 })
  // Absurd inputs stay finite.
  const huge = Float64Array.of(0, 1e150, -1e150, 1e150)
  const tiny = new Float64Array(4).fill(1e-150)
  for (const value of eom(
    huge,
    huge.map((price) => price / 2),
    tiny,
    2,
    1e15,
  ).subarray(2)) {
    expect(Number.isFinite(value)).toBe(true)
  }
})
