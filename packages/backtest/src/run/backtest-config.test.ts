import { configureStrategy, defineStrategy } from '@kestrel/kernel'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { instrument } from '../../test/scripted-run.ts'
import { type BacktestConfig, resolveConfig } from './backtest-config.ts'

const idle = configureStrategy(
  defineStrategy({ name: 'idle', about: 'Nothing.', params: z.object({}), start: () => ({}) }),
)
const base: BacktestConfig = { instruments: [instrument()], timeframe: '1h', strategies: [idle], cash: 1_000 }

test('fills in pessimistic defaults', () => {
  expect(resolveConfig(base)).toMatchObject({
    reportingCurrency: 'USDT',
    cash: { USDT: 1_000 },
    sizeMode: 'equity',
    rebalanceBand: 0.01,
    fill: { marketFill: 'next-open', throughTicks: 1, spreadBps: 1, slippageBps: 2, volumeShare: 0.1, latencyMs: 0 },
  })
})

test.each<[string, Partial<BacktestConfig>]>([
  ['at least one instrument', { instruments: [] }],
  ['needs a strategy', { strategies: [] }],
  ['named twice', { instruments: [instrument(), instrument()] }],
  ['starting cash', { cash: 0 }],
  ['starting cash of NaN', { cash: Number.NaN }],
  ['rebalanceBand', { rebalanceBand: 1 }],
  ['seed', { seed: 1.5 }],
  ['volumeShare', { fill: { volumeShare: 1.5 } }],
  ['slippageBps', { fill: { slippageBps: -1 } }],
  ['takerFeeRate', { fill: { takerFeeRate: 5 } }],
  ['trading with oneself would earn', { fill: { makerFeeRate: -0.001, takerFeeRate: 0.0005 } }],
])('refuses what cannot be used: %s', (message, changes) => {
  expect(() => resolveConfig({ ...base, ...changes })).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
  )
})
