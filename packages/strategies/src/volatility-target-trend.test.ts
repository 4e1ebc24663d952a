import { expect, test } from 'vitest'
import { free, fromCloses, play } from '../test/single-market.ts'
import { volatilityTargetTrend } from './volatility-target-trend.ts'

const rising = (days: number, swing: number): number[] =>
  Array.from({ length: days }, (_, i) => 100 * Math.exp(0.005 * i + (i % 2 === 0 ? 0 : swing)))
const falling = (days: number): number[] => rising(days, 0.01).toReversed()
const PARAMS = { trendBars: 5, volatilityBars: 10, targetVolatility: 0.2, band: 0.05 }

test('holds less where volatility is higher', () => {
  const exposure = (swing: number): number => {
    const { base } = play(
      volatilityTargetTrend,
      { ...PARAMS, trend: 'momentum', trendBars: 6 },
      { 'BTC-USDT.TEST': fromCloses(rising(40, swing)) },
    )
    return (base.equity.grossExposure.at(-1) as number) / (base.equity.equity.at(-1) as number)
  }
  // Returns of +-swing around a drift have an annual deviation of about swing * sqrt(365).
  expect(exposure(0.02)).toBeCloseTo(0.2 / (0.02 * Math.sqrt(365)), 1)
  expect(exposure(0.06)).toBeLessThan(exposure(0.02) / 2)
  expect(exposure(0.06)).toBeGreaterThan(0)
})

test.each(['ewma', 'historical'])('sizes by %s volatility', (volatility) => {
  const { base } = play(
    volatilityTargetTrend,
    { ...PARAMS, volatility, trend: 'momentum', trendBars: 6 },
    { 'BTC-USDT.TEST': fromCloses(rising(40, 0.03)) },
  )
  const weight = (base.equity.grossExposure.at(-1) as number) / (base.equity.equity.at(-1) as number)
  expect(weight).toBeCloseTo(0.2 / (0.03 * Math.sqrt(365)), 1)
})

test('leaves when the trend ends, and is flat on spot in a falling one', () => {
  const closes = [...rising(30, 0.01), ...falling(40).map((each) => each * 0.9)]
  const run = play(volatilityTargetTrend, { ...PARAMS, short: true }, { 'BTC-USDT.TEST': fromCloses(closes) })
  expect(run.base.trades.at(-1)?.exitReason).toBe('trend ended')
  expect(run.base.openPositions).toEqual([])
})

test('sells a perpetual short in a falling trend when it may', () => {
  const id = 'BTC-USDT-PERP.TEST'
  const config = { instruments: [free(id)] }
  const short = play(volatilityTargetTrend, { ...PARAMS, short: true }, { [id]: fromCloses(falling(40)) }, config)
  expect(short.base.openPositions[0]?.quantity).toBeLessThan(0)
  const long = play(volatilityTargetTrend, PARAMS, { [id]: fromCloses(falling(40)) }, config)
  expect(long.base.openPositions).toEqual([])
})

test('leaves small differences alone', () => {
  const trades = (band: number): number =>
    play(volatilityTargetTrend, { ...PARAMS, band }, { 'BTC-USDT.TEST': fromCloses(rising(60, 0.02)) }).base.fills
      .length
  expect(trades(0.5)).toBeLessThan(trades(0.01))
})
