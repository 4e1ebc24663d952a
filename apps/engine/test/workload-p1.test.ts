import { barStatistics, prepareData, resolveConfig, simulate, tradesHash } from '@kestrel/backtest'
import { instrumentOf } from '@kestrel/core'
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { configureStrategy } from '@kestrel/kernel'
import { findStrategy } from '@kestrel/strategies'
import { describe, expect, test } from 'vitest'

// Worked out in exact integer arithmetic and by backtesting.py, backtrader, vectorbt, nautilus_trader, numpy and numba
// on the same generated bars.
const BARS = 1_000_000
const CHECKSUM = 'e2e0a2f5'
const CLOSED_TRADES = 11_242
const END_EQUITY = 977_205_377.575
const MAX_DRAWDOWN = -0.022794718425
const TRADES_HASH = '9680a3e011e177b3d16e25fcda9d887ba27aa379dcb45747e98c76c2d32029fb'

const bars = workloadBars(BARS)

test('the generated bars are the ones that other engines ran on', () => {
  expect(checksumWorkloadBars(bars)).toBe(CHECKSUM)
})

describe.each([
  ['close', -0.132003170512],
  ['next-open', -0.133262662674],
] as const)('the average cross on a million bars, filled at the %s', (marketFill, sharpePerBar) => {
  const strategy = findStrategy('sma-cross')
  if (strategy === undefined) throw new Error('sma-cross is not registered')
  const config = resolveConfig({
    instruments: [
      instrumentOf({ id: 'TEST-USD.WORKLOAD', tickSize: '1', lotSize: '1', makerFeeRate: 0.001, takerFeeRate: 0.001 }),
    ],
    timeframe: '1m',
    strategies: [configureStrategy(strategy, { fast: 20, slow: 50 })],
    cash: 1e9,
    sizeMode: 'units',
    fill: { marketFill, spreadBps: 0, slippageBps: 0, volumeShare: undefined },
  })
  const run = simulate(config, prepareData(config, { bars: () => bars }), config.fill)
  const statistics = barStatistics(run.equity.equity, run.startEquity)

  test('closes the same trades at the same prices', () => {
    expect(run.trades).toHaveLength(CLOSED_TRADES)
    expect(run.openPositions).toHaveLength(1)
    expect(tradesHash(run.trades, false)).toBe(TRADES_HASH)
  })

  test('ends with the same money, drawdown and Sharpe ratio', () => {
    expect(statistics.observations).toBe(BARS)
    expect(Math.abs(run.endEquity / END_EQUITY - 1)).toBeLessThan(1e-12)
    expect(statistics.maxDrawdown).toBeCloseTo(MAX_DRAWDOWN, 12)
    expect(statistics.sharpe).toBeCloseTo(sharpePerBar, 12)
  })
})
