import { describe, expect, test } from 'vitest'
import { lcgRun } from '../lcg-run.fixture.ts'
import { compatMetrics } from './compat-metrics.ts'
import { COMPAT_MODES, type CompatMode } from './compat-mode.ts'

/**
 * The run of `lcg-run.fixture.ts` through the tools themselves: quantstats 0.0.77 (daily returns) and backtesting.py
 * 0.6.6 (`compute_stats`), on CPython 3.11 with pandas 3.1.1; freqtrade and Lean by their formulas written out in
 * numpy 2.4.6. Signs are ours: drawdown negative, value at risk positive.
 */
const EXPECTED: Readonly<Record<CompatMode, Readonly<Record<string, number>>>> = {
  quantstats: {
    sharpe: 0.7048778855180503,
    sortino: 1.0130896658010513,
    cagr: 0.14694058817671984,
    calmar: 1.7348978046616381,
    volatility: 0.23218899345292146,
    omega: 1.125083072477512,
    var95: 0.023409039975842556,
    cvar95: 0.02765550745310428,
    tailRatio: 0.951115985467532,
    ulcerIndex: 0.03320788606067949,
    martin: 0.9991902993748173,
    maxDrawdown: -0.08469697049699021,
    winRate: 0.5166666666666667,
    payoffRatio: 1.0524970678015437,
    profitFactor: 1.125083072477512,
    kelly: 0.057441317618502546,
    exposure: 1,
    psr: 0.633124045585292,
  },
  backtesting: {
    totalReturn: 0.028317057930563934,
    annualReturn: 0.21809543770785545,
    volatility: 0.3500205768940678,
    cagr: 0.1858479093573704,
    sharpe: 0.6230931896722777,
    sortino: 1.1123543833415543,
    calmar: 2.229278465118207,
    maxDrawdown: -0.09783229915886304,
    winRate: 0.5,
    profitFactor: 1.8421052631578947,
    expectancyRatio: 0.002,
    sqn: 0.7873605970003257,
    kelly: 0.17459562321598476,
  },
  lean: {
    sharpe: 0.9569599831260448,
    sortino: 1.3831957585744847,
    cagr: 0.21966293885176236,
    volatility: 0.2794394968762972,
    maxDrawdown: -0.0846969704969901,
    payoffRatio: 1.863215952257511,
    winRate: 0.5,
    expectancyR: 0.43160797612875546,
  },
  freqtrade: {
    sharpe: 0.9070970661575086,
    sortino: 2.6808047428539585,
    calmar: 71.25685330180592,
    maxDrawdown: -0.010746910263299301,
    cagr: 0.15554554689272027,
  },
}

describe('metrics by the formulas of other tools', () => {
  const cases = COMPAT_MODES.flatMap((mode) =>
    Object.entries(EXPECTED[mode]).map(([name, value]) => ({ mode, name, value })),
  )
  test.each(cases)('$mode: $name is $value', ({ mode, name, value }) => {
    expect(compatMetrics(mode, lcgRun()).values[name]).toBeCloseTo(value, 10)
  })

  test.each(COMPAT_MODES)('%s: a run without trades and movement has no ratio and no placeholder', (mode) => {
    const run = lcgRun()
    const flat = { ...run.equity, equity: run.equity.equity.map(() => run.startEquity) }
    const { values } = compatMetrics(mode, { ...run, equity: flat, trades: [], fills: [], orders: [] })
    expect(values['sharpe']).toBeUndefined()
    expect(values['sortino']).toBeUndefined()
    expect(values['calmar']).toBeUndefined()
    for (const value of Object.values(values)) expect(value === undefined || Number.isFinite(value)).toBe(true)
  })
})
