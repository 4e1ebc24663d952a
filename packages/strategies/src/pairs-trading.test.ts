import { createRng } from '@kestrel/core'
import { configureStrategy } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { fillsOf, free, fromCloses, play } from '../test/single-market.ts'
import { pairsTrading } from './pairs-trading.ts'

const A = 'AAA-USDT-PERP.TEST'
const B = 'BBB-USDT-PERP.TEST'
const PARAMS = {
  window: 60,
  every: 1_000,
  maxPValue: 0.05,
  maxHalfLife: 20,
  entry: 2.5,
  exit: 0.5,
  stop: 15,
  maxBars: 50,
}

/** Logarithm of B: a walk; A is held to `0.5 + 1.5 ln B` with small noise, plus what is added by bar. */
function pair(bars: number, added: Readonly<Record<number, number>> = {}, tied = true, persistence = 0) {
  const rng = createRng(3)
  const [walk, noise, other] = [rng.stream('walk'), rng.stream('noise'), rng.stream('other')]
  let logB = Math.log(50)
  let loose = Math.log(600)
  let spread = 0
  const closesA: number[] = []
  const closesB: number[] = []
  for (let i = 0; i < bars; i++) {
    logB += 0.02 * walk.nextNormal()
    loose += 0.03 * other.nextNormal()
    closesB.push(Math.exp(logB))
    spread = persistence * spread + 0.004 * noise.nextNormal()
    closesA.push(tied ? Math.exp(0.5 + 1.5 * logB + spread + (added[i] ?? 0)) : Math.exp(loose))
  }
  return { [A]: fromCloses(closesA), [B]: fromCloses(closesB) }
}

/** Least squares of ln A on ln B over bars `from..to`, the plain way: what the strategy ought to have found. */
function line(market: ReturnType<typeof pair>, from: number, to: number) {
  const x = [...(market[B]?.close.slice(from, to) ?? [])].map(Math.log)
  const y = [...(market[A]?.close.slice(from, to) ?? [])].map(Math.log)
  const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  const slope =
    x.reduce((sum, each, i) => sum + (each - mx) * ((y[i] as number) - my), 0) /
    x.reduce((sum, each) => sum + (each - mx) ** 2, 0)
  const residuals = y.map((each, i) => each - my - slope * ((x[i] as number) - mx))
  return { slope, deviation: Math.sqrt(mean(residuals.map((each) => each * each))), intercept: my - slope * mx }
}

describe('a pair that is tied', () => {
  // A is 4 % dear at bar 70 and back at bar 75.
  const market = pair(80, { 70: 0.04, 71: 0.04, 72: 0.04, 73: 0.04, 74: 0.04 })
  const run = play(pairsTrading, PARAMS, market, { decisions: 'all' })
  const { slope, deviation, intercept } = line(market, 0, 60)

  test('is traded on the relation of the first window, known at its last bar', () => {
    const first = run.base.decisions[0]
    expect(first?.tsMs).toBe(market[A]?.closeTimeMs[59])
    expect(first?.values['hedgeRatio']).toBeCloseTo(slope, 9)
    const last = market[A]?.close[70] ?? 0
    const spread = Math.log(last) - intercept - slope * Math.log(market[B]?.close[70] ?? 0)
    const entry = run.base.decisions.find(({ orderIds }) => orderIds.length > 0)
    expect(entry?.values['score']).toBeCloseTo(spread / deviation, 6)
    expect(slope).toBeGreaterThan(1.4)
    expect(slope).toBeLessThan(1.6)
  })

  test('sells the dear and buys the cheap in the hedge ratio, and closes both when the spread is back', () => {
    const money = new Map(
      run.base.fills.slice(0, 2).map(({ instrumentId, side, price, quantity }) => {
        return [instrumentId, (side === 'buy' ? 1 : -1) * price * quantity] as const
      }),
    )
    const unit = (0.9 * 10_000) / (1 + slope)
    expect(money.get(A)).toBeCloseTo(-unit, -1)
    expect(money.get(B)).toBeCloseTo(unit * slope, -1)
    expect(run.base.openPositions).toEqual([])
    expect(run.base.trades.map(({ exitReason }) => exitReason)).toEqual(['spread is back', 'spread is back'])
    expect(run.base.endEquity).toBeGreaterThan(10_050)
  })

  test('is bought when it is cheap', () => {
    const cheap = play(pairsTrading, PARAMS, pair(80, { 70: -0.04, 71: -0.04, 72: -0.04 }))
    expect(fillsOf(cheap).map(([side]) => side)).toEqual(expect.arrayContaining(['buy', 'sell']))
    expect(cheap.base.fills.find(({ instrumentId }) => instrumentId === A)?.side).toBe('buy')
  })

  test('is given up beyond the stop, and not entered again before the spread was back', () => {
    const gone = pair(110, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [70 + i, 0.02 + 0.004 * i])))
    const { base } = play(pairsTrading, PARAMS, gone)
    expect(base.trades.map(({ exitReason }) => exitReason)).toEqual(['stop', 'stop'])
    expect(base.orders).toHaveLength(4)
  })

  test('is given up when time is up', () => {
    const long = pair(110, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [70 + i, 0.02])))
    const { base } = play(pairsTrading, { ...PARAMS, maxBars: 10 }, long)
    expect(base.trades.map(({ exitReason }) => exitReason)).toEqual(['time is up', 'time is up'])
  })
})

test('leaves two walks that only look alike', () => {
  const { base } = play(pairsTrading, { ...PARAMS, every: 20 }, pair(300, {}, false), { decisions: 'all' })
  const entered = base.decisions.filter(({ orderIds }) => orderIds.length > 0)
  for (const { values } of entered) expect(values['pValue']).toBeLessThanOrEqual(0.05)
  const judged = base.decisions.filter(({ values }) => (values['pValue'] as number) > 0.05)
  expect(judged.length).toBeGreaterThan(100)
})

test('leaves a pair that takes too long to come back', () => {
  // Nine tenths of a distance are left after a bar: half of it is gone after 6.6 bars.
  const orders = (maxHalfLife: number): number => {
    const params = { ...PARAMS, entry: 1, every: 20, maxPValue: 1, maxHalfLife }
    return play(pairsTrading, params, pair(300, {}, true, 0.9)).base.orders.length
  }
  expect(orders(60)).toBeGreaterThan(4)
  expect(orders(1)).toBe(0)
})

test('does not stay with one leg', () => {
  const market = pair(80, { 70: 0.04, 71: 0.04, 72: 0.04, 73: 0.04, 74: 0.04 })
  const run = play(pairsTrading, { ...PARAMS, exposure: 0.05 }, market, {
    instruments: [
      { ...free(A), minNotional: 0 },
      { ...free(B), minNotional: 1_000_000 },
    ],
  })
  expect(run.base.openPositions).toEqual([])
  expect(run.base.trades[0]?.exitReason).toBe('one leg is missing')
})

test('needs two perpetuals and thresholds in order', () => {
  expect(() => play(pairsTrading, {}, { [A]: fromCloses([1, 1]) })).toThrow('needs 2 perpetuals')
  expect(() => configureStrategy(pairsTrading, { entry: 2, stop: 2 })).toThrow('do not go together')
})
