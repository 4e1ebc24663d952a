import { describe, expect, test } from 'vitest'
import { createRng } from './rng.ts'

describe('createRng', () => {
  test('equal seeds give equal sequences, different seeds different ones', () => {
    const draw = (seed: number): number[] => {
      const rng = createRng(seed)
      return Array.from({ length: 20 }, () => rng.nextUint32())
    }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
  })

  test('a stream depends on seed and name, not on what was drawn before', () => {
    const parent = createRng(7)
    const before = parent.stream('prices').nextUint32()
    parent.nextUint32()
    expect(parent.stream('prices').nextUint32()).toBe(before)
    expect(parent.stream('volumes').nextUint32()).not.toBe(before)
  })

  test('floats fill [0, 1) evenly: chi-squared over 64 cells within its 99.9 % range', () => {
    const rng = createRng(1)
    const cells = new Float64Array(64)
    const draws = 64_000
    for (let i = 0; i < draws; i++) {
      const cell = Math.floor(rng.nextFloat() * 64)
      cells[cell] = (cells[cell] as number) + 1
    }
    const expected = draws / 64
    const chi = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(chi).toBeGreaterThan(32.5)
    expect(chi).toBeLessThan(107.3)
  })

  test('normal draws have mean 0, variance 1 and kurtosis 3 within four standard errors', () => {
    const rng = createRng(2)
    const n = 100_000
    const draws = Float64Array.from({ length: n }, () => rng.nextNormal())
    const moment = (power: number): number => draws.reduce((sum, x) => sum + x ** power, 0) / n
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n))
  })
})
