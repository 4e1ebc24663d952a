import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { atr, type BrickSize, renko, RenkoBuilder } from '../index.ts'

const flat = (close: Float64Array, size: BrickSize) => renko(close, close, close, size)

const market = fc
  .record({
    length: fc.integer({ min: 0, max: 150 }),
    seed: fc.nat(1_000_000),
    shape: fc.constantFrom(...SHAPES.filter((shape) => shape !== 'huge' && shape !== 'spikes')),
  })
  .map(({ length, seed, shape }) => randomInputs(['high', 'low', 'close'], length, seed, shape))
const sizes = fc.constantFrom<BrickSize>(
  { kind: 'fixed', size: 1 },
  { kind: 'fixed', size: 0.1 },
  { kind: 'atr', period: 5 },
)

describe('renko', () => {
  test('goes on after one brick and turns after two', () => {
    const close = Float64Array.of(100, 109, 110, 135, 121, 111, 110, 131)
    expect(flat(close, { kind: 'fixed', size: 10 })).toEqual({
      barIndex: Float64Array.of(2, 3, 3, 6, 7),
      direction: Float64Array.of(1, 1, 1, -1, 1),
      open: Float64Array.of(100, 110, 120, 120, 120),
      close: Float64Array.of(110, 120, 130, 110, 130),
    })
  })

  test('a brick of a tenth does not drift over a hundred thousand', () => {
    const close = Float64Array.from({ length: 10_001 }, (_, i) => i)
    const { close: ends } = flat(close, { kind: 'fixed', size: 0.1 })
    expect(ends.length).toBe(100_000)
    expect(ends.at(-1)).toBe(10_000)
  })

  test('bricks join, reach no further than the close, and none is missing', () => {
    fc.assert(
      fc.property(market, sizes, ([high, low, close], size) => {
        const columns = [high, low, close] as [Float64Array, Float64Array, Float64Array]
        const bricks = renko(...columns, size)
        for (let k = 0; k < bricks.close.length; k++) {
          const direction = bricks.direction[k] as number
          const end = bricks.close[k] as number
          expect(direction * (end - (bricks.open[k] as number))).toBeGreaterThan(0)
          expect(direction * ((columns[2][bricks.barIndex[k] as number] as number) - end)).toBeGreaterThanOrEqual(0)
          if (k === 0) continue
          const continues = direction === bricks.direction[k - 1]
          expect(bricks.open[k]).toBe(continues ? bricks.close[k - 1] : bricks.open[k - 1])
          expect(bricks.barIndex[k]).toBeGreaterThanOrEqual(bricks.barIndex[k - 1] as number)
        }
      }),
    )
  })

  test('bar by bar gives what the whole gives, and the past does not change', () => {
    fc.assert(
      fc.property(market, sizes, fc.nat(), ([high, low, close], size, seed) => {
        const [h, l, c] = [high, low, close] as [Float64Array, Float64Array, Float64Array]
        const whole = renko(h, l, c, size)
        const builder = new RenkoBuilder(size)
        const built = [...c.keys()].flatMap((i) => builder.update(h[i] as number, l[i] as number, c[i] as number))
        expect(built.map((brick) => brick.close)).toEqual([...whole.close])
        expect(built.map((brick) => brick.barIndex)).toEqual([...whole.barIndex])
        const cut = seed % (c.length + 1)
        const past = renko(h.subarray(0, cut), l.subarray(0, cut), c.subarray(0, cut), size)
        expect(past.close).toEqual(whole.close.subarray(0, whole.barIndex.filter((bar) => bar < cut).length))
      }),
    )
  })

  test('a brick by range is as high as the range at the bar that completed the one before', () => {
    const [high, low, close] = randomInputs(['high', 'low', 'close'], 400, 3, 'walk') as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    const ranges = atr(high, low, close, 10)
    const bricks = renko(high, low, close, { kind: 'atr', period: 10 })
    expect(bricks.close.length).toBeGreaterThan(40)
    let bar = 9
    bricks.barIndex.forEach((at, k) => {
      const height = Math.abs((bricks.close[k] as number) - (bricks.open[k] as number))
      expect(height).toBeCloseTo(ranges[bar] as number, 9)
      if (bricks.barIndex[k + 1] !== at) bar = at
    })
  })

  test.each([0, -1, Number.NaN, Infinity])('refuses a brick of %s', (size) => {
    expect(() => new RenkoBuilder({ kind: 'fixed', size })).toThrow(
      expect.objectContaining({ name: 'InvalidParameterError' }),
    )
  })

  test('refuses a brick that is far too small, and a price that is no number, without a change', () => {
    const builder = new RenkoBuilder({ kind: 'fixed', size: 0.001 })
    builder.update(100, 100, 100)
    const tooSmall = expect.objectContaining({ name: 'InvalidParameterError', meta: { size: 0.001 } })
    expect(() => builder.update(1e9, 1e9, 1e9)).toThrow(tooSmall)
    expect(() => builder.update(100, 100, 201)).toThrow(tooSmall)
    expect(() => builder.update(100, 100, Number.NaN)).toThrow(
      expect.objectContaining({ name: 'InvalidInputError', meta: { input: 'close', index: 1, value: Number.NaN } }),
    )
    expect(builder.update(100, 100, 100.001)).toEqual([{ barIndex: 1, direction: 1, open: 100, close: 100.001 }])
    expect(() =>
      renko(new Float64Array(2), new Float64Array(3), new Float64Array(3), { kind: 'fixed', size: 1 }),
    ).toThrow(expect.objectContaining({ name: 'InputShapeError' }))
  })
})
