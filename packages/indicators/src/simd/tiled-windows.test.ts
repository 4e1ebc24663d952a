import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { compileWindows } from '../../wasm/compile.ts'
import { plainChannelIndices, SCALE } from '../momentum/cci.ts'
import { plainRecencies } from '../recurrence/window-recency.ts'
import { plainPlaces } from '../recurrence/window-places.ts'
import { plainFlowIndices } from '../volume/mfi.ts'
import { tiledChannelIndices, tiledFlowIndices, tiledPlaces, tiledRecencies } from './tiled-windows.ts'
import { WINDOWS_MODULE } from './windows-module.ts'

test('the module is what its source compiles to', { timeout: 60_000 }, async () => {
  expect(await compileWindows()).toBe(WINDOWS_MODULE)
})

/** Longer than a tile or shorter, with windows up to the longest that the memory holds. */
const cases = fc.record({
  length: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1000, max: 3300 })),
  start: fc.integer({ min: 0, max: 5 }),
  period: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 500, max: 1000 })),
  seed: fc.nat(),
  shape: fc.constantFrom(...SHAPES),
})

/** What a kernel writes into memory that held something else. */
function written(length: number, kernel: (out: Float64Array) => boolean | void): Float64Array {
  const out = new Float64Array(length).fill(-7)
  expect(kernel(out)).not.toBe(false)
  return out
}

describe('the tiled kernels equal their plain twins, bit for bit', () => {
  test('places', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 100), ({ length, start, period, seed, shape }, base) => {
        const [high, low, close] = randomInputs(['high', 'low', 'close'], length, seed, shape)
        const inputs = [high, low, close, start, period, base] as [
          Float64Array,
          Float64Array,
          Float64Array,
          number,
          number,
          number,
        ]
        const tiled = written(length, (out) => tiledPlaces(...inputs, out))
        expect(tiled).toEqual(written(length, (out) => plainPlaces(...inputs, out)))
      }),
    )
  })

  test('recencies', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom<1 | -1>(1, -1), ({ length, start, period, seed, shape }, sign) => {
        const [values] = randomInputs(['value'], length, seed, shape) as [Float64Array]
        const lookBack = Math.min(period, 999)
        const tiled = written(length, (out) => tiledRecencies(values, start, lookBack, sign, out))
        expect(tiled).toEqual(written(length, (out) => plainRecencies(values, start, lookBack, sign, out)))
      }),
    )
  })

  test('flow indices', () => {
    fc.assert(
      fc.property(cases, ({ length, start, period, seed, shape }) => {
        const columns = randomInputs(['high', 'low', 'close', 'volume'], length, seed, shape)
        const [high, low, close, volume] = columns as [Float64Array, Float64Array, Float64Array, Float64Array]
        const tiled = written(length, (out) => tiledFlowIndices(high, low, close, volume, start, period, out))
        const plain = written(length, (out) => plainFlowIndices(high, low, close, volume, start, period, out))
        expect(tiled).toEqual(plain)
      }),
    )
  })

  test('channel indices, also over the typical prices themselves', () => {
    fc.assert(
      fc.property(cases, ({ length, start, period, seed, shape }) => {
        const [typical] = randomInputs(['value'], length, seed, shape) as [Float64Array]
        const plain = written(length, (out) => plainChannelIndices(typical, start, period, out))
        expect(written(length, (out) => tiledChannelIndices(typical, start, period, SCALE, out))).toEqual(plain)
        const first = start + period - 1
        tiledChannelIndices(typical, start, period, SCALE, typical)
        expect(typical.subarray(first)).toEqual(plain.subarray(first))
      }),
    )
  })
})

test('windows longer than the memory are left to the plain twins', () => {
  const values = new Float64Array(2000)
  expect(tiledRecencies(values, 0, 1000, 1, values)).toBe(false)
  expect(tiledPlaces(values, values, values, 0, 1001, 0, values)).toBe(false)
})
