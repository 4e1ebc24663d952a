import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import {
  cci,
  choppiness,
  cmo,
  cmoWilder,
  coppock,
  kst,
  ppo,
  stochRsi,
  tsi,
  ultimateOscillator,
  williamsR,
} from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array]
const barsOf = (length: number, seed: number, shape: (typeof SHAPES)[number]) =>
  randomInputs(['high', 'low', 'close'], length, seed, shape) as Bars

test('bounded oscillators stay within their bounds, but for a rounding', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 12 }), (seed, shape, period) => {
      const bars = barsOf(80, seed, shape)
      const close = bars[2]
      const within = (column: Float64Array, low: number, high: number) => {
        for (const value of column) {
          if (Number.isNaN(value)) continue
          expect(value).toBeGreaterThanOrEqual(low - 1e-9)
          expect(value).toBeLessThanOrEqual(high + 1e-9)
        }
      }
      within(williamsR(...bars, period), -100, 0)
      within(cmo(close, period), -100, 100)
      within(cmoWilder(close, period), -100, 100)
      within(tsi(close, period, 3, 4).tsi, -100, 100)
      within(ultimateOscillator(...bars, period, 4, 9), 0, 100)
      within(stochRsi(close, period, 5, 2, 3).k, 0, 100)
    }),
  )
})

test('a market that does not move has the stated values', () => {
  const flat = new Float64Array(120).fill(0.1)
  const last = (column: Float64Array) => column[119]
  expect(last(cci(flat, flat, flat, 20))).toBe(0)
  expect(last(williamsR(flat, flat, flat, 14))).toBe(-50)
  expect(last(cmo(flat, 14))).toBe(0)
  expect(last(cmoWilder(flat, 14))).toBe(0)
  expect(last(tsi(flat, 25, 13, 13).signal)).toBe(0)
  expect(last(ultimateOscillator(flat, flat, flat, 7, 14, 28))).toBe(50)
  expect(last(stochRsi(flat, 14, 14, 3, 3).d)).toBe(50)
  expect(last(choppiness(flat, flat, flat, 14))).toBe(100)
  expect(last(ppo(flat, 12, 26, 9).histogram)).toBeCloseTo(0, 15)
  expect(last(kst(flat, 10, 15, 20, 30, 10, 10, 10, 15, 9).signal)).toBe(0)
  expect(last(coppock(flat, 14, 11, 10))).toBe(0)
})

// Worked by hand. A straight rise of 1 with bars of height 2: the true ranges of 14 bars are 14 * 2 = 28, the range is
// 13 + 2 = 15.
test('choppiness is the logarithm of movement over range', () => {
  const close = Float64Array.from({ length: 30 }, (_, i) => 100 + i)
  const bars: Bars = [close.map((x) => x + 1), close.map((x) => x - 1), close]
  expect(choppiness(...bars, 14)[29]).toBeCloseTo((100 * Math.log10(28 / 15)) / Math.log10(14), 12)
})

test('choppiness is 100 where every bar fills the range and 0 in a straight run of bars end to end', () => {
  const high = new Float64Array(20).fill(12)
  const low = new Float64Array(20).fill(10)
  expect(choppiness(high, low, high, 8)[19]).toBeCloseTo(100, 12)
  const top = Float64Array.from({ length: 20 }, (_, i) => i + 1)
  expect(
    choppiness(
      top,
      top.map((x) => x - 1),
      top,
      8,
    )[19],
  ).toBeCloseTo(0, 12)
})

// Worked by hand: typical prices 10, 11, 15 have the mean 12 and the mean deviation 2; (15 - 12) / (0.015 * 2) = 100.
test('cci counts in mean deviations', () => {
  const typical = Float64Array.of(10, 11, 15)
  expect(cci(typical, typical, typical, 3)[2]).toBeCloseTo(100, 12)
})

// Worked by hand: the averages of 2, 4, 6 are 5 (2 bars, from 3 by 2/3 of the way to 6) and 4; 100 * 1 / 4.
test('ppo is in percent of the slow average', () => {
  expect(ppo(Float64Array.of(2, 4, 6), 2, 3, 1).ppo[2]).toBeCloseTo(25, 12)
})
