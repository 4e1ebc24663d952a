import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { volumeProfile } from '../index.ts'

const profileOf = (
  bars: readonly (readonly [high: number, low: number, volume: number])[],
  bins: number,
  rate: number,
) => {
  const column = (k: 0 | 1 | 2) => Float64Array.from(bars, (bar) => bar[k])
  const got = volumeProfile(column(0), column(1), column(2), bars.length, bins, rate)
  const last = bars.length - 1
  return [got.pointOfControl[last], got.valueAreaHigh[last], got.valueAreaLow[last]]
}

// Worked by hand: range 0..10 in five bins of 2. Bar one gives 4 to each bin, bar two 15 to each of 4..6 and 6..8,
// bar three 5 to 2..4 alone: 4, 9, 19, 19, 4 of 55.
test('worked by hand', () => {
  const bars = [
    [10, 0, 20],
    [8, 4, 30],
    [4, 2, 5],
  ] as const
  // Of equal bins the lower is the point of control; 19 of 55 are 0.345, with the bin above 38, then the one below 47.
  expect(profileOf(bars, 5, 0.3)).toEqual([5, 6, 4])
  expect(profileOf(bars, 5, 0.6)).toEqual([5, 8, 4])
  expect(profileOf(bars, 5, 0.7)).toEqual([5, 8, 2])
  expect(profileOf(bars, 5, 1)).toEqual([5, 10, 0])
  expect(profileOf(bars, 1, 0.7)).toEqual([5, 10, 0])
})

test('one price, one bin; no volume, each bar counts the same', () => {
  expect(profileOf([[7, 7, 3]], 24, 0.7)).toEqual([7, 7, 7])
  expect(
    profileOf(
      [
        [4, 0, 0],
        [4, 2, 0],
        [4, 3, 0],
      ],
      4,
      0.5,
    ),
  ).toEqual([3.5, 4, 3])
})

/** A slow form: volume below a price by adding up what each bar traded below it. */
function volumeBelow(price: number, high: Float64Array, low: Float64Array, weight: Float64Array, top: number): number {
  return weight.reduce((sum, value, i) => {
    const from = low[i] as number
    const to = high[i] as number
    if (to === from) return sum + (from < price || price >= top ? value : 0)
    return sum + value * Math.min(1, Math.max(0, (price - from) / (to - from)))
  }, 0)
}

test('the value area holds its share, contains the point of control and lies in the range of the window', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(...SHAPES.filter((shape) => shape !== 'huge' && shape !== 'spikes')),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (seed, shape, period, bins, rate) => {
        const [high, low, volume] = randomInputs(['high', 'low', 'volume'], 40, seed, shape) as [
          Float64Array,
          Float64Array,
          Float64Array,
        ]
        const got = volumeProfile(high, low, volume, period, bins, rate)
        for (let i = period - 1; i < 40; i++) {
          const [h, l, v] = [high, low, volume].map((column) => column.subarray(i - period + 1, i + 1)) as [
            Float64Array,
            Float64Array,
            Float64Array,
          ]
          const [top, bottom] = [Math.max(...h), Math.min(...l)]
          const [poc, upper, lower] = [got.pointOfControl[i], got.valueAreaHigh[i], got.valueAreaLow[i]] as [
            number,
            number,
            number,
          ]
          expect(bottom <= lower && lower <= poc && poc <= upper && upper <= top).toBe(true)
          const weight = v.every((value) => value === 0) ? v.map(() => 1) : v
          const total = weight.reduce((sum, value) => sum + value, 0)
          // Bars without range at an edge may belong to either side: widen by a hair.
          const hair = 1e-9 * top
          const held = volumeBelow(upper + hair, h, l, weight, top) - volumeBelow(lower - hair, h, l, weight, Infinity)
          expect(held).toBeGreaterThanOrEqual(rate * total * (1 - 1e-9))
        }
      },
    ),
  )
})
