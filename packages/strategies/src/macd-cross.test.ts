import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { macdCross } from './macd-cross.ts'

const BTC = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
const PARAMS = { fast: 2, slow: 3, signal: 2 }
/** The line is 0, 0.5, 0.417, -0.569 from the third close on, its signal 0.25, 0.361, -0.259 from the fourth. */
const TURN = [10, 10, 10, 13, 13, 8, 8]
/** The line is -1, -1, -1, -0.5 from the third close on, its signal -1, -1, -0.667 from the fourth. */
const WEAK_RISE = [20, 18, 16, 14, 12, 13, 13]

test('is long while the line is above its signal', () => {
  const run = play(macdCross, PARAMS, { [BTC]: fromCloses(TURN) })
  expect(fillsOf(run).map(([side, price]) => [side, price])).toEqual([
    ['buy', 13],
    ['sell', 8],
  ])
  expect(run.base.decisions[0]?.values).toEqual({ macd: expect.closeTo(0.5, 12), histogram: expect.closeTo(0.25, 12) })
})

test('with the filter buys only above zero', () => {
  const orders = (filter: string): number =>
    play(macdCross, { ...PARAMS, filter }, { [BTC]: fromCloses(WEAK_RISE) }).base.orders.length
  expect(orders('none')).toBe(1)
  expect(orders('zero')).toBe(0)
})

test('turns a perpetual short, with the filter only below zero', () => {
  const run = play(macdCross, { ...PARAMS, filter: 'zero', direction: 'both' }, { [PERP]: fromCloses(TURN) })
  expect(fillsOf(run).map(([side]) => side)).toEqual(['buy', 'sell'])
  expect(run.base.openPositions[0]?.quantity).toBeLessThan(0)
})

test('refuses a fast average that is not the faster', () => {
  expect(() => configureStrategy(macdCross, { fast: 26, slow: 26 })).toThrow('do not go together')
})
