import { expect, test } from 'vitest'
import { configureStrategy } from '@kestrel/kernel'
import { fillsOf, fromCloses, play } from '../test/single-market.ts'
import { basisReversion } from './basis-reversion.ts'

const SPOT = 'BTC-USDT.TEST'
const PERP = 'BTC-USDT-PERP.TEST'
const PARAMS = { period: 10, entry: 2, exit: 0, minEdge: 0.005, stopRate: 0.02, maxBars: 20, exposure: 0.9 }
/** Nine bars 0.1 % to either side, so that ten values with one of 2 % lie 2.97 deviations from their mean. */
const CALM = Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? 0.001 : -0.001))

/** Spot stands at 100; the perpetual's close is away from it by the basis. */
const market = (basis: readonly number[]) => ({
  [SPOT]: fromCloses(basis.map(() => 100)),
  [PERP]: fromCloses(basis.map((each) => 100 * Math.exp(each))),
})
const story = (basis: readonly number[], params: Record<string, unknown> = {}): string[] =>
  play(basisReversion, { ...PARAMS, ...params }, market(basis)).base.orders.map(
    (order) => `${order.instrumentId === SPOT ? 'spot' : 'perpetual'} ${order.side} ${order.tag}`,
  )

test('holds as much spot as it is short of the perpetual, and closes both when the basis is back', () => {
  const run = play(basisReversion, PARAMS, market([...CALM, 0.02, 0, 0]))
  const dear = Number((100 * Math.exp(0.02)).toFixed(2))
  // Half of 9,000 buys 45. Fills come at the next open, which is the close before, and sales first.
  expect(fillsOf(run)).toEqual([
    ['sell', expect.closeTo(dear, 1), 45],
    ['buy', 100, 45],
    ['sell', 100, 45],
    ['buy', 100, 45],
  ])
  expect(run.base.endEquity - 10_000).toBeCloseTo(45 * (100 * Math.exp(0.02) - 100), 0)
})

test('asks for an edge that pays the costs', () => {
  expect(story([...CALM, 0.02, 0.02])).toHaveLength(2)
  // The mean of the ten is about 0.002, so 0.018 are left.
  expect(story([...CALM, 0.02, 0.02], { minEdge: 0.019 })).toEqual([])
})

test('leaves a perpetual that is cheap alone', () => {
  expect(story([...CALM, -0.02, -0.02])).toEqual([])
})

test('gives up when the basis goes on, and waits until it has been back', () => {
  const orders = story([...CALM, 0.02, 0.045, 0.045, 0.1, 0.1])
  expect(orders.slice(2)).toEqual(['perpetual buy stop', 'spot sell stop'])
})

test('gives up when time is up', () => {
  const orders = story([...CALM, 0.02, 0.02, 0.02, 0.02], { maxBars: 2 })
  expect(orders.slice(2)).toEqual(['perpetual buy time is up', 'spot sell time is up'])
})

test('does not stay with one leg', () => {
  const basis = [...CALM, 0.02, 0.019, 0.019]
  const run = play(basisReversion, PARAMS, market(basis), {
    risk: { maxOpenOrders: 1 },
    fill: { marketFill: 'close', spreadBps: 0, slippageBps: 0 },
  })
  const held = run.base.openPositions.map(({ instrumentId }) => instrumentId)
  expect(held.length === 0 || held.length === 2).toBe(true)
})

test('is refused a run without a perpetual', () => {
  expect(() => play(basisReversion, {}, { [SPOT]: fromCloses([100, 100]) })).toThrow('needs 1 perpetual')
  expect(() => configureStrategy(basisReversion, { entry: 1, exit: 1 })).toThrow('do not go together')
})
