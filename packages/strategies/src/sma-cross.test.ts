import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { smaCross } from './sma-cross.ts'

test('is long while the fast average is above the slow one', () => {
  // Averages of 2 and 3: 11.5 > 11 after the bar at 13, 10.5 < 11.33 after the bar at 8.
  const run = play(smaCross, { fast: 2, slow: 3 }, { 'BTC-USDT.TEST': fromCloses([10, 10, 13, 13, 8, 8, 8]) })
  expect(fillsOf(run).map(([side, price]) => [side, price])).toEqual([
    ['buy', 13],
    ['sell', 8],
  ])
})

test('stays out while both averages are equal', () => {
  const run = play(smaCross, { fast: 2, slow: 3 }, { 'BTC-USDT.TEST': fromCloses([10, 10, 10, 10, 10]) })
  expect(run.base.orders).toEqual([])
})

test('does nothing before the slow average is known', () => {
  const run = play(smaCross, { fast: 2, slow: 5 }, { 'BTC-USDT.TEST': fromCloses([10, 20, 30, 40]) })
  expect(run.base.orders).toEqual([])
})

test('says why it trades', () => {
  const run = play(smaCross, { fast: 2, slow: 3 }, { 'BTC-USDT.TEST': fromCloses([10, 10, 13, 13]) })
  expect(run.base.decisions).toMatchObject([{ values: { fast: 11.5, slow: 11 }, orderIds: [1] }])
})

test('refuses a fast average that is not the faster', () => {
  expect(() => configureStrategy(smaCross, { fast: 50, slow: 50 })).toThrow(
    expect.objectContaining({ code: 'KERNEL_PARAM', hint: expect.stringContaining('fast < slow') }),
  )
})
