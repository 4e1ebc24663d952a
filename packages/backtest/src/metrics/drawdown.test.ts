import { describe, expect, test } from 'vitest'
import { drawdowns, underwater } from './drawdown.ts'

const DAY = 86_400_000
const days = (n: number) => Float64Array.from({ length: n }, (_, i) => (i + 1) * DAY)

describe('drawdowns', () => {
  // By hand: 100 -> 90 (recovers at day 3), 200 -> 150 (recovers at day 6), 220 -> 187 (lasts).
  const equity = Float64Array.of(95, 90, 200, 150, 180, 200, 220, 187, 190)
  const found = drawdowns(days(9), equity, 100, 0)

  test('the deepest, with its dates', () => {
    expect(found.deepest).toEqual({
      peakTimeMs: 3 * DAY,
      troughTimeMs: 4 * DAY,
      recoveryTimeMs: 6 * DAY,
      depth: -0.25,
      amount: 50,
      durationMs: 3 * DAY,
    })
    expect(found.maxDrawdown).toBe(-0.25)
    expect(found.maxDrawdownAbs).toBe(50)
  })

  test('the start balance is the first peak, and what lasts has no recovery', () => {
    expect(found.worst.map(({ depth }) => Number(depth.toFixed(4)))).toEqual([-0.25, -0.15, -0.1])
    expect(found.worst[1]?.recoveryTimeMs).toBeUndefined()
    expect(found.worst[2]).toMatchObject({ peakTimeMs: 0, recoveryTimeMs: 3 * DAY })
    expect(found.currentDrawdown).toBeCloseTo(190 / 220 - 1, 14)
    expect(found.longestUnderwaterMs).toBe(3 * DAY)
  })

  test('the ulcer index is the root of the mean square over every bar', () => {
    const squares = [...underwater(equity, 100)].reduce((sum, depth) => sum + depth * depth, 0)
    expect(found.ulcerIndex).toBeCloseTo(Math.sqrt(squares / 9), 14)
  })

  test('a curve that only rises has none', () => {
    expect(drawdowns(days(2), Float64Array.of(101, 102), 100, 0)).toMatchObject({
      maxDrawdown: 0,
      maxDrawdownAbs: 0,
      ulcerIndex: 0,
      longestUnderwaterMs: 0,
      deepest: undefined,
    })
  })
})
