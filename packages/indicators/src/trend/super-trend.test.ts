import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInputs, SHAPES } from '../../test/random-inputs.ts'
import { atr, superTrend } from '../index.ts'

type Bars = [high: Float64Array, low: Float64Array, close: Float64Array]

/** `pine_supertrend` of the Pine Script reference manual, line by line; its direction is -1 in an up trend. */
function pineSupertrend([high, low, close]: Bars, factor: number, period: number) {
  const range = atr(high, low, close, period)
  const rows: { line: number; direction: number; upper: number; lower: number }[] = []
  for (let i = period - 1; i < close.length; i++) {
    const source = ((high[i] as number) + (low[i] as number)) / 2
    const before = rows.at(-1)
    const previousLower = before?.lower ?? 0
    const previousUpper = before?.upper ?? 0
    const previousClose = before === undefined ? Number.NaN : (close[i - 1] as number)
    let lower = source - factor * (range[i] as number)
    let upper = source + factor * (range[i] as number)
    if (before !== undefined && !(lower > previousLower || previousClose < previousLower)) lower = previousLower
    if (before !== undefined && !(upper < previousUpper || previousClose > previousUpper)) upper = previousUpper
    let direction = 1
    if (before?.direction === 1) direction = (close[i] as number) > upper ? -1 : 1
    else if (before !== undefined) direction = (close[i] as number) < lower ? 1 : -1
    rows.push({ line: direction === -1 ? lower : upper, direction, upper, lower })
  }
  return rows
}

test('equals the Pine Script reference form', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom(...SHAPES),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(0, 0.5, 1, 3),
      (seed, shape, period, factor) => {
        const bars = randomInputs(['high', 'low', 'close'], 90, seed, shape) as Bars
        const rows = pineSupertrend(bars, factor, period)
        const { line, direction } = superTrend(...bars, period, factor)
        expect([...line.subarray(period - 1)]).toEqual(rows.map((row) => row.line))
        expect([...direction.subarray(period - 1)]).toEqual(rows.map((row) => -row.direction))
      },
    ),
  )
})

test('the line lies below the close in an up trend and only rises, until the close crosses it', () => {
  const bars = randomInputs(['high', 'low', 'close'], 500, 21, 'walk') as Bars
  const { line, direction } = superTrend(...bars, 10, 3)
  const close = bars[2]
  let turns = 0
  for (let i = 10; i < 500; i++) {
    const isUp = direction[i] === 1
    expect(isUp ? (close[i] as number) >= (line[i] as number) : (close[i] as number) <= (line[i] as number)).toBe(true)
    if (direction[i] !== direction[i - 1]) turns++
    else if (isUp) expect(line[i]).toBeGreaterThanOrEqual(line[i - 1] as number)
    else expect(line[i]).toBeLessThanOrEqual(line[i - 1] as number)
  }
  expect(turns).toBeGreaterThan(5)
})
