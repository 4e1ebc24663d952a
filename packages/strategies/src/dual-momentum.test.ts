import { expect, test } from 'vitest'
import { dailyBars, fromCloses, play } from '../test/single-market.ts'
import { dualMomentum } from './dual-momentum.ts'

const trend = (days: number, daily: number): number[] =>
  Array.from({ length: days }, (_, i) => 100 * Math.exp(daily * i))
const PARAMS = { lookbackDays: 5, every: 'day', exposure: 0.9 }
const A = 'AAA-USDT.TEST'
const B = 'BBB-USDT.TEST'
const GOLD = 'PAXG-USDT.TEST'

const held = (run: ReturnType<typeof play>): string[] => run.base.openPositions.map((each) => each.instrumentId)

test('holds the strongest while it rises', () => {
  const markets = { [A]: fromCloses(trend(20, 0.01)), [B]: fromCloses(trend(20, 0.02)) }
  const run = play(dualMomentum, PARAMS, markets)
  expect(held(run)).toEqual([B])
  expect(run.base.fills[0]).toMatchObject({ instrumentId: B, price: expect.closeTo(100 * Math.exp(0.1), 2) })
  expect((run.base.fills[0]?.quantity ?? 0) * (run.base.fills[0]?.price ?? 0)).toBeCloseTo(9_000, 0)
})

test('turns to cash, or to the refuge, where nothing beats the hurdle', () => {
  const markets = {
    [A]: fromCloses(trend(20, -0.01)),
    [B]: fromCloses(trend(20, -0.02)),
    [GOLD]: fromCloses(trend(20, -0.03)),
  }
  expect(held(play(dualMomentum, PARAMS, markets))).toEqual([])
  expect(held(play(dualMomentum, { ...PARAMS, refuge: 'last' }, markets))).toEqual([GOLD])
})

test('never ranks the refuge, even when it is the strongest', () => {
  const markets = { [A]: fromCloses(trend(20, 0.01)), [GOLD]: fromCloses(trend(20, 0.05)) }
  expect(held(play(dualMomentum, { ...PARAMS, refuge: 'last' }, markets))).toEqual([A])
  expect(held(play(dualMomentum, PARAMS, markets))).toEqual([GOLD])
})

test('asks for the hurdle over the lookback, as an annual rate', () => {
  // exp(0.001 * 5) - 1 in 5 days is 44 % a year.
  const markets = { [A]: fromCloses(trend(20, 0.001)) }
  expect(held(play(dualMomentum, { ...PARAMS, hurdleRate: 0.42 }, markets))).toEqual([A])
  expect(held(play(dualMomentum, { ...PARAMS, hurdleRate: 0.46 }, markets))).toEqual([])
})

test('decides once a calendar month', () => {
  // The lead changes on 20 January; 60 days from 1 January hold the first instants of February and March.
  const lead = [...trend(20, 0.02), ...trend(40, -0.02).map((each) => each * 1.4)]
  const markets = { [A]: fromCloses(lead), [B]: fromCloses(trend(60, 0.001)) }
  const run = play(dualMomentum, { ...PARAMS, every: 'month' }, markets)
  const days = run.base.orders.map((order) => new Date(order.createdTimeMs).toISOString().slice(0, 10))
  expect(days).toEqual(['2024-01-07', '2024-02-01', '2024-02-01'])
  expect(run.base.trades.map((trade) => trade.instrumentId)).toEqual([A])
  expect(held(run)).toEqual([B])
})

test('splits the money over several places and leaves empty ones in cash', () => {
  const markets = { [A]: fromCloses(trend(9, 0.01)), [B]: fromCloses(trend(9, -0.01)) }
  const { base } = play(dualMomentum, { ...PARAMS, top: 2 }, markets)
  // Kept near 0.45 by the rebalance band of 1 %.
  const weight = (base.equity.grossExposure.at(-1) as number) / (base.equity.equity.at(-1) as number)
  expect(Math.abs(weight - 0.45)).toBeLessThan(0.01)
})

test('does not believe a return whose history is full of holes', () => {
  const thin = dailyBars(Array.from({ length: 12 }, (_, i) => [100 + i, 101 + i, 99 + i, 100 + i]))
  thin.openTimeMs.forEach((openMs, i) => {
    thin.openTimeMs[i] = openMs + i * 86_400_000
    thin.closeTimeMs[i] = openMs + (i + 1) * 86_400_000
  })
  expect(play(dualMomentum, PARAMS, { [A]: thin }).base.orders).toEqual([])
})
