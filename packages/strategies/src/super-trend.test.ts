import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { superTrend } from './super-trend.ts'

const PARAMS = { period: 2, multiplier: 1 }
/**
 * The average true range is 2 while price stands at 10. The close of 14 is above the upper band of 12 and turns the line
 * up; two bars later the line is at 11 and the close of 10 turns it down.
 */
const CLOSES = [10, 10, 10, 14, 14, 10, 10]

test('is long between a turn up and a turn down', () => {
  const run = play(superTrend, PARAMS, { 'BTC-USDT.TEST': fromCloses(CLOSES) })
  expect(fillsOf(run).map(([side, price]) => [side, price])).toEqual([
    ['buy', 14],
    ['sell', 10],
  ])
  expect(run.base.decisions.map(({ values }) => values)).toEqual([
    { close: 14, line: 8 },
    { close: 10, line: expect.closeTo(16.5, 12) },
  ])
})

test('does not take the first direction of the indicator for a fall', () => {
  const id = 'BTC-USDT-PERP.TEST'
  const falling = fromCloses([20, 19, 18, 17, 16, 15])
  expect(play(superTrend, { ...PARAMS, direction: 'both' }, { [id]: falling }).base.orders).toEqual([])
  const run = play(superTrend, { ...PARAMS, direction: 'both' }, { [id]: fromCloses(CLOSES) })
  expect(run.base.openPositions[0]?.quantity).toBeLessThan(0)
})
