import { type Backtest, type BacktestConfig, runBacktest } from '@kestrel/backtest'
import { configureStrategy, isFinal, type StrategyDefinition } from '@kestrel/kernel'
import { describe, expect, test } from 'vitest'
import { STRATEGIES } from '../src/index.ts'
import { checkFills, checkIdentity } from './account-identity.ts'
import { QUICK_PARAMS } from './quick-params.ts'
import { instrumentsFor, marketData, randomMarket } from './random-market.ts'
import { randomStrategy } from './random-strategy.ts'

const RUNS = process.env['KESTREL_VERIFY'] === '1' ? 2_000 : 50
const CASH = 50_000

function play(definition: StrategyDefinition, seed: number, more: Partial<BacktestConfig> = {}, bars = 400): Backtest {
  const instruments = instrumentsFor(definition)
  const market = randomMarket({ seed, bars, missingRate: seed % 3 === 0 ? 0.05 : 0, instruments })
  const strategies = [configureStrategy(definition, QUICK_PARAMS[definition.name])]
  const run = runBacktest({ instruments, timeframe: '1h', strategies, cash: CASH, seed, ...more }, marketData(market), {
    band: false,
  })
  checkIdentity(run, market, CASH)
  checkFills(run, market)
  checkOrders(run)
  return run
}

/** Every order is in a state that its fills explain. */
function checkOrders(run: Backtest): void {
  const filled = new Map<number, number>()
  for (const fill of run.base.fills) filled.set(fill.orderId, (filled.get(fill.orderId) ?? 0) + fill.quantity)
  for (const order of run.base.orders) {
    const traded = filled.get(order.orderId) ?? 0
    expect(traded).toBeCloseTo(order.filledQuantity, 9)
    expect(traded).toBeLessThanOrEqual(order.quantity * (1 + 1e-12))
    expect(order.closedTimeMs !== undefined, `order ${order.orderId} is ${order.state}`).toBe(isFinal(order.state))
    expect(order.state).not.toBe('created')
    expect(order.state).not.toBe('submitted')
    if (order.state === 'filled') expect(traded).toBeCloseTo(order.quantity, 9)
    if (order.state === 'partially-filled') expect(traded).toBeGreaterThan(0)
    if (order.state === 'refused' || order.state === 'rejected') expect(traded).toBe(0)
    if (['refused', 'rejected', 'cancelled', 'expired'].includes(order.state)) expect(order.reason).not.toBe('')
  }
}

describe('the account adds up from fills and prices alone', () => {
  test.each(STRATEGIES.map((each) => [each.name, each] as const))('%s', (name, definition) => {
    let fills = 0
    for (const seed of [1, 2, 3]) {
      for (const fill of [
        {},
        { marketFill: 'close' },
        { volumeShare: 0.005, throughTicks: 0, latencyMs: 600_000 },
      ] as const) {
        fills += play(definition, seed, { fill }).base.fills.length
      }
    }
    expect(fills, `${name} never traded`).toBeGreaterThan(5)
  })

  test('for random orders of every kind', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < RUNS; seed++) {
      const fill =
        seed % 2 === 0
          ? {}
          : ({ marketFill: seed % 4 === 1 ? 'close' : 'next-open', volumeShare: 0.01, throughTicks: 0 } as const)
      const run = play(randomStrategy, seed, { fill }, 150)
      for (const order of run.base.orders) seen.add(order.state)
      for (const order of run.base.orders) if (order.filledQuantity > 0) seen.add(order.type)
    }
    // The runs are worth nothing unless they get everywhere.
    expect([...seen].toSorted()).toEqual(
      [
        'accepted',
        'cancelled',
        'expired',
        'filled',
        'limit',
        'market',
        'partially-filled',
        'refused',
        'rejected',
        'stop-limit',
        'stop-market',
        'take-profit',
        'triggered',
      ].toSorted(),
    )
  })
})

describe('equal seeds give equal logs', () => {
  test.each([...STRATEGIES, randomStrategy].map((each) => [each.name, each] as const))('%s', (_, definition) => {
    const hashes = [7, 7, 8].map((seed) => play(definition, seed).hashes)
    expect(hashes[0]).toEqual(hashes[1])
    expect(hashes[0]?.log).not.toBe(hashes[2]?.log)
  })
})
