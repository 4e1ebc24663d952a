import { expect, test } from 'vitest'
import { hma, kama, t3, tema, dema, zlema } from '../index.ts'

const LINE = Float64Array.from({ length: 400 }, (_, i) => 100 + i / 4)

// Each of these averages is made to have no lag behind a straight line, once its seeds have faded.
test.each([
  ['dema', dema(LINE, 10), 0],
  ['tema', tema(LINE, 10), 0],
  ['zlema of an odd period', zlema(LINE, 11), 0],
  // Weighted averages lag by (period - 1) / 3 bars: 2 * 7 / 3 - 15 / 3 + 3 / 3 = 2 / 3 bars for 16.
  ['hma', hma(LINE, 16), 2 / 3],
  // Six averages lag by 3 (period - 1) / 2 bars less the volume factor's share: 3 * 4 / 2 * (1 - 0.7).
  ['t3', t3(LINE, 5, 0.7), 1.8],
  // In a straight move the factor is (2 / 3)^2, which lags by 1 / factor - 1 bars.
  ['kama', kama(LINE, 10, 2, 30), 9 / 4 - 1],
])('%s follows a straight line with its known lag', (_, column, lagBars) => {
  expect(column[399]).toBeCloseTo((LINE[399] as number) - lagBars / 4, 9)
})

test.each([0.1, 1e9 + 0.3])('stay where they are in a flat market at %s, but for a few roundings', (level) => {
  const flat = new Float64Array(200).fill(level)
  for (const column of [
    hma(flat, 16),
    kama(flat, 10, 2, 30),
    dema(flat, 7),
    tema(flat, 7),
    zlema(flat, 9),
    t3(flat, 5, 0.7),
  ]) {
    for (const value of column.subarray(60)) expect(Math.abs(value - level)).toBeLessThan(1e-15 * level)
  }
})
