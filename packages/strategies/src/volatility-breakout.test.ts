import { expect, test } from 'vitest'
import { dailyBars, fillsOf, hourlyBars, play, type Row } from '../test/single-market.ts'
import { volatilityBreakout } from './volatility-breakout.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
/** A day between 90 and 110 that closes at 100: the breakout is at 110, its stop 10 further down, 20 units risk 2 %. */
const DAY: Row = [100, 110, 90, 100]
const UP: Row = [100, 115, 99, 112]

test('buys half a range above the close and sells at the next open', () => {
  const run = play(volatilityBreakout, {}, { [BTC]: dailyBars([DAY, UP, [112.5, 113, 111, 112]]) })
  expect(fillsOf(run)).toEqual([
    ['buy', 110, 20],
    ['sell', 112.5, 20],
  ])
})

test('enters the day that begins with the sale of the day before', () => {
  const run = play(volatilityBreakout, {}, { [BTC]: dailyBars([DAY, UP, [112, 125, 111, 124]]) })
  // A range of 16 from 112: 2 % of the 10,040 over 8 are 25.1 units at 120.
  expect(fillsOf(run).slice(2)).toEqual([['buy', 120, 25.1]])
})

test('is stopped within the day', () => {
  const rows: Row[] = [
    ...Array.from({ length: 24 }, () => DAY),
    [100, 111, 100, 110],
    [110, 111, 99, 101],
    [101, 102, 100, 101],
  ]
  const run = play(volatilityBreakout, {}, { [BTC]: hourlyBars(rows) }, { timeframe: '1h' })
  expect(fillsOf(run)).toEqual([
    ['buy', 110, 20],
    ['sell', 100, 20],
  ])
  expect(run.base.trades[0]).toMatchObject({ exitReason: 'stop', profit: expect.closeTo(-200, 9) })
})

test('buys only above the average when it is told to', () => {
  const days = dailyBars([[120, 120, 119, 120], DAY, UP, UP])
  expect(play(volatilityBreakout, { trendBars: 2 }, { [BTC]: days }).base.fills).toEqual([])
  expect(play(volatilityBreakout, {}, { [BTC]: days }).base.fills.length).toBeGreaterThan(0)
})

test('sells a perpetual short below the close', () => {
  const run = play(volatilityBreakout, { direction: 'both' }, { [PERP]: dailyBars([DAY, [100, 101, 88, 89]]) })
  expect(fillsOf(run)).toEqual([['sell', 90, 20]])
})

test('does not trade on a day that the data begin in the middle of', () => {
  const rows: Row[] = [...Array.from({ length: 4 }, () => DAY), UP]
  const run = play(volatilityBreakout, {}, { [BTC]: hourlyBars(rows, 20) }, { timeframe: '1h' })
  expect(run.base.orders).toEqual([])
})
