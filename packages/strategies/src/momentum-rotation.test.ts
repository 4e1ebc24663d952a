import { expect, test } from 'vitest'
import { fromCloses, play } from '../test/single-market.ts'
import { momentumRotation } from './momentum-rotation.ts'

const trend = (days: number, daily: number): number[] =>
  Array.from({ length: days }, (_, i) => 100 * Math.exp(daily * i))
const PARAMS = { top: 2, lookback: 5, skip: 0, every: 3, exposure: 0.9 }
const A = 'AAA-USDT.TEST'
const B = 'BBB-USDT.TEST'
const C = 'CCC-USDT.TEST'
const D = 'DDD-USDT.TEST'
const DAY_MS = 86_400_000

const held = (run: ReturnType<typeof play>): string[] => run.base.openPositions.map((each) => each.instrumentId)

test('holds the strongest, each with its part', () => {
  const run = play(momentumRotation, PARAMS, {
    [A]: fromCloses(trend(20, 0.01)),
    [B]: fromCloses(trend(20, 0.03)),
    [C]: fromCloses(trend(20, 0.02)),
    [D]: fromCloses(trend(20, -0.01)),
  })
  expect(held(run)).toEqual([B, C])
  // Ranked for the first time at the sixth close, filled at the next open.
  expect(run.base.fills.slice(0, 2).map((fill) => fill.quantity * fill.price)).toEqual([
    expect.closeTo(4_500, 0),
    expect.closeTo(4_500, 0),
  ])
})

test('keeps a place in cash where too few rise', () => {
  const markets = {
    [A]: fromCloses(trend(9, 0.01)),
    [B]: fromCloses(trend(9, -0.02)),
    [C]: fromCloses(trend(9, -0.01)),
  }
  expect(held(play(momentumRotation, PARAMS, markets))).toEqual([A])
  expect(held(play(momentumRotation, { ...PARAMS, absolute: false }, markets))).toEqual([A, C])
})

test('leaves the newest bars out of the return', () => {
  // BBB jumps at the very bar of the first ranking.
  const jump = [...trend(6, 0.001), 200, 200]
  const markets = { [A]: fromCloses(trend(8, 0.01)), [B]: fromCloses(jump) }
  expect(held(play(momentumRotation, { ...PARAMS, top: 1, skip: 1, every: 100 }, markets))).toEqual([A])
  expect(held(play(momentumRotation, { ...PARAMS, top: 1, lookback: 6, every: 100 }, markets))).toEqual([B])
})

test('sees only who is in the universe at that time, and sells who has left', () => {
  const markets = { [A]: fromCloses(trend(30, 0.03)), [B]: fromCloses(trend(30, 0.01)) }
  const startMs = markets[A]?.openTimeMs[0] as number
  const run = play(momentumRotation, { ...PARAMS, top: 1 }, markets, {
    universe: [
      { fromMs: startMs, members: [B] },
      { fromMs: startMs + 12 * DAY_MS, members: [A, B] },
      { fromMs: startMs + 20 * DAY_MS, members: [B] },
    ],
  })
  expect(run.base.trades.map((trade) => trade.instrumentId)).toEqual([B, A])
  expect(held(run)).toEqual([B])
})

test('neither ranks nor trades an instrument that has no bar now', () => {
  const gone = fromCloses(trend(8, 0.05))
  const run = play(momentumRotation, PARAMS, {
    [A]: gone,
    [B]: fromCloses(trend(30, 0.01)),
    [C]: fromCloses(trend(30, 0.02)),
  })
  // AAA was bought while it traded and keeps its place; the other place goes to the best of the rest.
  expect(held(run)).toEqual([A, C])
  expect(run.base.orders.filter((order) => order.instrumentId === A)).toHaveLength(1)
})

test('does not believe a return whose history is full of holes', () => {
  const thin = fromCloses(trend(30, 0.05))
  thin.openTimeMs.forEach((openMs, i) => {
    thin.openTimeMs[i] = openMs + i * DAY_MS
    thin.closeTimeMs[i] = openMs + (i + 1) * DAY_MS
  })
  const run = play(momentumRotation, { ...PARAMS, top: 1 }, { [A]: fromCloses(trend(60, 0.001)), [B]: thin })
  expect(held(run)).toEqual([A])
})

test('gives less to the wilder with inverse volatility', () => {
  const wild = trend(30, 0.03).map((price, i) => price * (i % 2 === 0 ? 1 : 1.05))
  const markets = {
    [A]: fromCloses(wild),
    [B]: fromCloses(trend(30, 0.02).map((price, i) => price * (i % 2 === 0 ? 1 : 1.01))),
  }
  const { fills } = play(
    momentumRotation,
    { ...PARAMS, weighting: 'inverse-volatility', volatilityBars: 5 },
    markets,
  ).base
  const spent = Object.fromEntries(fills.slice(0, 2).map((fill) => [fill.instrumentId, fill.price * fill.quantity]))
  expect(spent[A]).toBeLessThan((spent[B] ?? 0) / 2)
})
