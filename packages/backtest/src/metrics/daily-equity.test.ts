import { describe, expect, test } from 'vitest'
import { dailyEquity } from './daily-equity.ts'

const HOUR = 3_600_000
const START = Date.UTC(2024, 0, 1, 20)

function columns(rows: readonly (readonly [hours: number, equity: number])[]) {
  return {
    timeMs: Float64Array.from(rows, ([hours]) => START + hours * HOUR),
    equity: Float64Array.from(rows, ([, equity]) => equity),
    grossExposure: new Float64Array(rows.length),
  }
}

describe('daily equity', () => {
  test('takes the last equity known at or before each midnight, and the partial last day at its end', () => {
    const daily = dailyEquity(
      columns([
        [1, 101],
        [4, 110],
        [5, 120],
        [28, 99],
        [30, 108.9],
      ]),
      100,
      { startTimeMs: START },
    )
    expect([...daily.timeMs]).toEqual([START + 4 * HOUR, START + 28 * HOUR, START + 30 * HOUR])
    expect([...daily.equity]).toEqual([110, 99, 108.9])
    expect([...daily.returns].map((value) => Number(value.toFixed(12)))).toEqual([0.1, -0.1, 0.1])
  })

  test('a run that ends at midnight has no partial day', () => {
    expect([...dailyEquity(columns([[4, 110]]), 100, { startTimeMs: START }).timeMs]).toEqual([START + 4 * HOUR])
  })

  test('a day without bars has a return of zero', () => {
    const daily = dailyEquity(
      columns([
        [4, 110],
        [76, 121],
      ]),
      100,
      { startTimeMs: START },
    )
    expect([...daily.returns].map((value) => Number(value.toFixed(12)))).toEqual([0.1, 0, 0, 0.1])
  })

  test('money paid in is no return', () => {
    const flows = [{ tsMs: START + 2 * HOUR, amount: 50 }]
    const daily = dailyEquity(
      columns([
        [4, 165],
        [28, 165],
      ]),
      100,
      { startTimeMs: START, flows },
    )
    expect(daily.returns[0]).toBeCloseTo(0.15, 14)
    expect(daily.returns[1]).toBe(0)
  })

  test('stops after the first sample at or below zero', () => {
    const daily = dailyEquity(
      columns([
        [4, 50],
        [28, -10],
        [52, 40],
      ]),
      100,
      { startTimeMs: START },
    )
    expect([...daily.equity]).toEqual([50, -10])
  })

  test('samples at another distance, and is empty without rows', () => {
    expect(
      dailyEquity(
        columns([
          [1, 1],
          [2, 2],
          [3, 3],
        ]),
        1,
        { sampling: '1h', startTimeMs: START },
      ).equity,
    ).toHaveLength(3)
    expect(dailyEquity(columns([]), 1).returns).toHaveLength(0)
  })
})
