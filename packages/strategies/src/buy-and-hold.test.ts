import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { buyAndHold } from './buy-and-hold.ts'

test('buys once, at the open after the first bar, and holds', () => {
  const run = play(buyAndHold, {}, { 'BTC-USDT.TEST': fromCloses([100, 120, 80, 200]) })
  expect(fillsOf(run)).toEqual([['buy', 100, 100]])
  expect(run.base.endEquity).toBeCloseTo(20_000, 6)
})

test('splits the starting equity evenly and keeps the share of a late starter', () => {
  const run = play(
    buyAndHold,
    {},
    { 'BTC-USDT.TEST': fromCloses([100, 100, 200, 200, 200]), 'ETH-USDT.TEST': fromCloses([10, 10], 3) },
  )
  // BTC has doubled by the time ETH begins, which gets 5,000 all the same.
  expect(fillsOf(run)).toEqual([
    ['buy', 100, 50],
    ['buy', 10, 500],
  ])
})

test('spends the wanted part only', () => {
  const run = play(buyAndHold, { weight: 0.25 }, { 'BTC-USDT.TEST': fromCloses([100, 100, 100]) })
  expect(fillsOf(run)).toEqual([['buy', 100, 25]])
})
