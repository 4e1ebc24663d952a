import { expect, test } from 'vitest'
import { equityColumns, equityForSpreadsheet } from './equity-columns.ts'

const MINUTE = 60_000

function equityOf(rows: number) {
  return {
    timeMs: Float64Array.from({ length: rows }, (_, i) => (i + 1) * MINUTE),
    equity: Float64Array.from({ length: rows }, (_, i) => 100 + (i % 7)),
    grossExposure: new Float64Array(rows),
  }
}

test('drawdown is the fall from the highest value so far, the start balance included', () => {
  const equity = { ...equityOf(4), equity: Float64Array.from([90, 110, 99, 121]) }
  const { drawdown } = equityColumns(equity, 100) as { drawdown: Float64Array }
  expect([...drawdown]).toEqual([90 / 100 - 1, 0, 99 / 110 - 1, 0])
})

test('a run that fits a spreadsheet keeps every bar', () => {
  const equity = equityOf(1000)
  expect(equityForSpreadsheet(equity, 100)).toEqual(equityColumns(equity, 100))
})

test('a longer one keeps the last bar of each day, midnight counting to the day it ends', () => {
  const rows = 1_048_576
  const { time_ms: times } = equityForSpreadsheet(equityOf(rows), 100) as unknown as { time_ms: Float64Array }
  expect(times).toHaveLength(Math.ceil(rows / 1440))
  expect([...times.subarray(0, 2)]).toEqual([1440 * MINUTE, 2880 * MINUTE])
  expect(times.at(-1)).toBe(rows * MINUTE)
})
