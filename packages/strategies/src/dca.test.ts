import { configureStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { dailyBars, fillsOf, fromCloses, play, type Row } from '../test/single-market.ts'
import { dca } from './dca.ts'
import { safetyLadder } from './safety-orders.ts'

const BTC = 'BTC-USDT.TEST'
/** 1,000 at once, then 1,000 at -10 % and 2,000 at -20 %. */
const PARAMS = {
  baseWeight: 0.1,
  safetyWeight: 0.1,
  volumeScale: 2,
  safetyOrders: 2,
  deviation: 0.1,
  stepScale: 1,
  takeProfit: 0.05,
}
const START: Row = [100, 101, 99, 100]

const run = (rows: readonly Row[], params: Record<string, unknown> = {}) =>
  play(dca, { ...PARAMS, ...params }, { [BTC]: dailyBars([START, ...rows]) })

test('sells at a profit over the first price where it rises', () => {
  expect(fillsOf(run([[100, 106, 99, 105]]))).toEqual([
    ['buy', 100, 10],
    ['sell', 105, 10],
  ])
})

test('buys as price falls and sells all above the average', () => {
  const { base } = run([
    [100, 101, 95, 96],
    [96, 97, 88, 89],
    // 2,000 for 21.11 units are 94.74 each; 5 % more are 99.48.
    [89, 100, 88, 98],
  ])
  expect(fillsOf({ base } as never)).toEqual([
    ['buy', 100, 10],
    ['buy', 90, 11.1111],
    ['sell', 99.48, 21.1111],
  ])
  expect(base.orders.filter(({ tag }) => tag === 'safety order 2')).toMatchObject([
    { state: 'cancelled', limitPrice: 80, quantity: 25, reason: 'deal is over' },
  ])
})

test('takes the loss below the average, when it is told to', () => {
  const fall: Row[] = [
    [100, 101, 95, 96],
    [96, 97, 88, 89],
    [89, 90, 84, 85],
    [85, 86, 84, 85],
  ]
  expect(run(fall).base.trades).toEqual([])
  // 10 % below 94.74 is 85.26: the close of 85 ends it, at the next open.
  const { base } = run(fall, { stopLoss: 0.1 })
  expect(base.trades).toMatchObject([{ exitReason: 'stop', exitPrice: 85 }])
})

test('rests no more safety orders at a time than it may', () => {
  const open = (activeOrders: number): (number | undefined)[] =>
    run([[100, 101, 95, 96]], { activeOrders })
      .base.orders.filter(({ state, side }) => state === 'accepted' && side === 'buy')
      .map(({ limitPrice }) => limitPrice)
  expect(open(6)).toEqual([90, 80])
  expect(open(1)).toEqual([90])
})

test('waits between deals', () => {
  const up: Row = [100, 106, 99, 105]
  const buys = (pauseBars: number): number =>
    run([up, up, up, up], { pauseBars }).base.fills.filter(({ side }) => side === 'buy').length
  expect(buys(0)).toBeGreaterThan(buys(3))
})

test('begins a deal on a low RSI only, when it is told to', () => {
  const bars = { [BTC]: fromCloses([100, 101, 102, 103, 104, 95, 95]) }
  const { base } = play(dca, { ...PARAMS, entry: 'rsi', rsiBars: 3, rsiBelow: 40 }, bars)
  // All rises until the sixth close, whose fall of 9 against rises of 1 is the first low RSI.
  expect(base.orders[0]?.createdTimeMs).toBe(bars[BTC]?.closeTimeMs[5])
})

test('the ladder grows by its scales and ends at the cap', () => {
  const plan = { baseWeight: 0.1, safetyWeight: 0.1, safetyOrders: 5, volumeScale: 2, deviation: 0.02, stepScale: 1.5 }
  expect(safetyLadder({ ...plan, maxExposure: 0.8 })).toEqual([
    { fall: 0.02, weight: 0.1 },
    { fall: expect.closeTo(0.05, 12), weight: 0.2 },
    { fall: expect.closeTo(0.095, 12), weight: 0.4 },
  ])
  expect(safetyLadder({ ...plan, maxExposure: 0.79 })).toHaveLength(2)
  // What would lie at or below zero cannot be bought.
  expect(safetyLadder({ ...plan, deviation: 0.4, stepScale: 1, maxExposure: 100 })).toHaveLength(2)
})

test('refuses a first purchase above the cap', () => {
  expect(() => configureStrategy(dca, { baseWeight: 0.5, maxExposure: 0.4 })).toThrow('do not go together')
})
