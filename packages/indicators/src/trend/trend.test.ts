import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInputs, randomPrices, SHAPES } from '../../test/random-inputs.ts'
import { aroon, atr, chandelierExit, ichimoku, linearRegression, parabolicSar, vortex } from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array]

test('aroon finds the latest extreme of a fresh window', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), fc.integer({ min: 1, max: 20 }), (seed, shape, period) => {
      const [high, low] = randomInputs(['high', 'low'], 90, seed, shape) as [Float64Array, Float64Array]
      const { up, down, oscillator } = aroon(high, low, period)
      for (let i = period; i < 90; i++) {
        const highs = high.subarray(i - period, i + 1)
        const lows = low.subarray(i - period, i + 1)
        const recentHigh = (100 * highs.lastIndexOf(Math.max(...highs))) / period
        const recentLow = (100 * lows.lastIndexOf(Math.min(...lows))) / period
        expect([up[i], down[i], oscillator[i]]).toEqual([recentHigh, recentLow, recentHigh - recentLow])
      }
    }),
  )
})

test('turning prices round swaps the sides of aroon and vortex', () => {
  const [high, low, close] = randomInputs(['high', 'low', 'close'], 200, 5, 'walk') as Bars
  const turned = [low.map((x) => -x), high.map((x) => -x), close.map((x) => -x)] as Bars
  expect(aroon(turned[0], turned[1], 14).up).toEqual(aroon(high, low, 14).down)
  expect(vortex(...turned, 14).plus).toEqual(vortex(high, low, close, 14).minus)
})

// Worked by hand: a rise of 1 with bars of height 2 moves up by 3 and down by 1 a bar, with a true range of 2.
test('vortex of a steady rise', () => {
  const close = Float64Array.from({ length: 30 }, (_, i) => 100 + i)
  const { plus, minus } = vortex(
    close.map((x) => x + 1),
    close.map((x) => x - 1),
    close,
    14,
  )
  expect([plus[29], minus[29]]).toEqual([1.5, 0.5])
})

// Wilder (1978), section "The Parabolic Time/Price System": long with the first stop at the low before, 50.00; the
// factor grows by 0.02 at each new high. Highs rise by 1 from 52, lows lie far above the stop.
test('the parabolic stop accelerates as in a steady rise', () => {
  const high = Float64Array.from({ length: 5 }, (_, i) => 51 + i)
  const low = Float64Array.of(50, 50.5, 51.5, 52.5, 53.5)
  const { line, direction } = parabolicSar(high, low, 0.02, 0.2)
  // 50 (the extreme is 52, at factor 0.02), held at the low before, then by 0.04 to 53 and by 0.06 to 54.
  const second = 50 + 0.02 * (52 - 50)
  const third = Math.min(second, 50) + 0.04 * (53 - Math.min(second, 50))
  expect(line[1]).toBe(50)
  expect(line[2]).toBeCloseTo(second > 50.5 ? 50.5 : second, 12)
  expect(line[3]).toBeCloseTo(second + 0.04 * (53 - second), 12)
  expect(third).toBeGreaterThan(50)
  expect([...direction.subarray(1)]).toEqual([1, 1, 1, 1])
})

test('the parabolic stop lies on the far side of the bar in its direction', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...SHAPES), (seed, shape) => {
      const [high, low] = randomInputs(['high', 'low'], 120, seed, shape) as [Float64Array, Float64Array]
      const { line, direction } = parabolicSar(high, low, 0.02, 0.2)
      for (let i = 1; i < 120; i++) {
        const stop = line[i] as number
        const isUp = direction[i] === 1
        // At a turn the stop jumps to the old extreme, which may equal the bar's own.
        expect(isUp ? stop <= (low[i] as number) : stop >= (high[i] as number)).toBe(true)
      }
    }),
  )
})

test('linear regression equals a least-squares fit of each fresh window', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom('walk', 'integers', 'steps'),
      fc.integer({ min: 2, max: 30 }),
      (seed, shape, period) => {
        const values = randomPrices(100, seed, shape)
        const columns = linearRegression(values, period)
        for (let i = period - 1; i < 100; i++) {
          const window = [...values.subarray(i - period + 1, i + 1)]
          const mean = window.reduce((sum, value) => sum + value, 0) / period
          const centre = (period - 1) / 2
          const cross = window.reduce((sum, value, k) => sum + (k - centre) * (value - mean), 0)
          const spread = window.reduce((sum, _, k) => sum + (k - centre) ** 2, 0)
          const squares = window.reduce((sum, value) => sum + (value - mean) ** 2, 0)
          const slope = cross / spread
          expect(columns.slope[i]).toBeCloseTo(slope, 9)
          expect(columns.value[i]).toBeCloseTo(mean + slope * centre, 9)
          expect(columns.intercept[i]).toBeCloseTo(mean - slope * centre, 9)
          if (squares > 1e-9) expect(columns.rSquared[i]).toBeCloseTo(cross ** 2 / spread / squares, 7)
        }
      },
    ),
  )
})

test.each([0.1, 1e9 + 0.3])('a line through a market that stays at %s is exactly flat', (level) => {
  const columns = linearRegression(new Float64Array(100).fill(level), 14)
  expect([columns.value[99], columns.slope[99], columns.intercept[99], columns.rSquared[99]]).toEqual([
    level,
    0,
    level,
    0,
  ])
})

test('a straight line is fitted exactly, at a high price level, too', () => {
  const line = Float64Array.from({ length: 300 }, (_, i) => 1e9 + i / 8)
  const columns = linearRegression(line, 50)
  expect(columns.slope[299]).toBeCloseTo(1 / 8, 14)
  expect(columns.rSquared[299]).toBeCloseTo(1, 12)
  expect(columns.value[299]).toBeCloseTo(line[299] as number, 6)
})

test('chandelier exits hang from the extremes', () => {
  const bars = randomInputs(['high', 'low', 'close'], 150, 12, 'walk') as Bars
  const [high, low] = bars
  const range = atr(...bars, 22)
  const { long, short } = chandelierExit(...bars, 22, 3)
  for (let i = 21; i < 150; i++) {
    const window = [i - 21, i + 1] as const
    expect(long[i]).toBeCloseTo(Math.max(...high.subarray(...window)) - 3 * (range[i] as number), 10)
    expect(short[i]).toBeCloseTo(Math.min(...low.subarray(...window)) + 3 * (range[i] as number), 10)
  }
})

test('ichimoku shows in the cloud what was known when it was drawn ahead', () => {
  const [high, low] = randomInputs(['high', 'low'], 150, 13, 'walk') as [Float64Array, Float64Array]
  const whole = ichimoku(high, low, 9, 26, 52, 26)
  const then = ichimoku(high.subarray(0, 100), low.subarray(0, 100), 9, 26, 52, 26)
  expect(whole.cloudA[125]).toBe(then.leadA[99])
  expect(whole.cloudB[125]).toBe(then.leadB[99])
  expect(ichimoku(high, low, 9, 26, 52, 0).cloudA).toEqual(whole.leadA)
})
