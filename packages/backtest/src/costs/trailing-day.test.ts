import { createRng, sliceBars } from '@kestrel/core'
import { expect, test } from 'vitest'
import { barsOf } from './cost-bars.fixture.ts'
import { trailingDay } from './trailing-day.ts'

const rng = createRng(3)
let price = 100
const BARS = barsOf(
  Array.from({ length: 6_000 }, () => {
    price *= Math.exp(0.001 * rng.nextNormal())
    return [price, price, price, price, 1 + rng.nextFloat()] as const
  }),
)
const DAY = 1_440

test('sums the last 24 hours of volume and squared returns', () => {
  const day = trailingDay(BARS)
  for (const i of [1_440, 3_000, 4_095, 4_096, 5_999]) {
    let volume = 0
    let variance = 0
    for (let k = i - DAY + 1; k <= i; k++) {
      volume += BARS.volume[k] ?? 0
      variance += Math.log((BARS.close[k] ?? 0) / (BARS.close[k - 1] ?? 0)) ** 2
    }
    expect(day.volume[i]).toBeCloseTo(volume, 8)
    expect(day.volatility[i]).toBeCloseTo(Math.sqrt(variance), 10)
  }
})

test('scales a short history up to a day', () => {
  const day = trailingDay(BARS)
  expect(day.volume[0]).toBeCloseTo((BARS.volume[0] ?? 0) * DAY, 9)
  // The bars of this market have no range.
  expect(day.volatility[0]).toBe(0)
  const first = Math.log((BARS.close[1] ?? 0) / (BARS.close[0] ?? 0)) ** 2
  expect(day.volatility[1]).toBeCloseTo(Math.sqrt(first * DAY), 12)
})

// ln(e^0.01) squared over 4 ln 2, times 1,440 minutes.
test('the first bar has the volatility of its range', () => {
  const { volatility } = trailingDay(barsOf([[100, 100 * Math.exp(0.01), 100, 100, 1]]))
  expect(volatility[0]).toBeCloseTo(Math.sqrt((0.0001 / (4 * Math.LN2)) * 1_440), 12)
})

test('never reads the future', () => {
  const past = trailingDay(sliceBars(BARS, 0, 2_500))
  expect([...past.volume]).toEqual([...trailingDay(BARS).volume.subarray(0, 2_500)])
  expect([...past.volatility]).toEqual([...trailingDay(BARS).volatility.subarray(0, 2_500)])
})
