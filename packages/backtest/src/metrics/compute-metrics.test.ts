import { describe, expect, test } from 'vitest'
import { computeMetrics } from './compute-metrics.ts'
import { lcgBenchmark, lcgRun } from './lcg-run.fixture.ts'
import { metricsJson } from './metrics-json.ts'
import { moneyWeightedReturn } from './money-weighted-return.ts'
import { rollingStatistics } from './rolling.ts'

const DAY = 86_400_000

describe('metrics of a run', () => {
  const run = computeMetrics({ ...lcgRun(), benchmark: lcgBenchmark() })

  test('state their basis', () => {
    expect(run.basis).toEqual({
      currency: 'USDT',
      sampling: '1d',
      periodsPerYear: 365,
      observations: 60,
      riskFreeRate: 0,
    })
  })

  // numpy 2.4.6 and scipy 1.17.1 on the same 360 bars.
  test.each([
    ['totalReturn', 0.0331809976145754],
    ['cagr', 0.21966293885176214],
    ['volatility', 0.2794394968762972],
    ['sharpe', 0.8483206665363745],
    ['sortino', 1.2192536015253563],
    ['calmar', 0.21966293885176214 / 0.09783229915886305],
    ['maxDrawdown', -0.09783229915886305],
    ['maxDrawdownAbs', 1011.6302725776077],
    ['ulcerIndex', 0.03802411866271668],
    ['martin', 0.21966293885176214 / 0.03802411866271668],
    ['omega', 1.125083072477512],
    ['var95', 0.025121321241227738],
    ['cvar95', 0.029603132282767414],
    ['tailRatio', 0.9511159854675315],
    ['skew', -0.1298578500152261],
    ['excessKurtosis', -0.020085435945082608],
    ['beta', -0.05709113868733526],
    ['alpha', 0.19046644780953903],
    ['informationRatio', 2.3739975322772713],
    ['winRate', 0.5],
    ['exposure', 0.25],
  ] as const)('%s is %s', (name, expected) => {
    expect(run.metrics[name]).toBeCloseTo(expected, name === 'maxDrawdownAbs' ? 7 : 10)
  })

  test('without money flows the money-weighted return is the yearly growth', () => {
    expect(run.metrics.moneyWeightedReturn).toBeCloseTo(run.metrics.cagr as number, 11)
    expect(moneyWeightedReturn(1_000, 0, [{ tsMs: 100 * DAY, amount: 500 }], 1_650, 365 * DAY)).toBeCloseTo(
      0.11047586673867908,
      11,
    )
  })

  test('months compound to the total', () => {
    const growth = run.months.reduce((product, month) => product * (1 + month.totalReturn), 1)
    expect(growth - 1).toBeCloseTo(run.metrics.totalReturn, 12)
    expect(run.months.map(({ year, month, observations }) => [year, month, observations])).toEqual([
      [2024, 1, 31],
      [2024, 2, 29],
    ])
  })

  test('long and short split the profit', () => {
    const { longProfit, shortProfit, longTrades, shortTrades, trades } = run.metrics
    expect(longProfit + shortProfit).toBeCloseTo(240.5, 9)
    expect(longTrades + shortTrades).toBe(trades)
    expect(run.byDirection.map(({ key }) => key)).toEqual(['long', 'short'])
  })

  test('a rolling window equals the ratio of its slice', () => {
    const { daily, benchmarkReturns } = run
    const rolling = rollingStatistics(daily.timeMs, daily.returns, 60, 365, benchmarkReturns)
    expect(rolling.sharpe).toHaveLength(1)
    expect(rolling.sharpe[0]).toBeCloseTo(run.metrics.sharpe as number, 12)
    expect(rolling.beta?.[0]).toBeCloseTo(run.metrics.beta as number, 12)
  })

  test('fees, slippage and turnover come from the fills', () => {
    const fill = {
      fillId: 1,
      orderId: 1,
      instrumentId: 'BTC-USDT.BINANCE',
      strategy: 'test',
      side: 'buy',
      tsEventMs: 0,
      price: 100,
      quantity: 50,
      fee: 5,
      feeCurrency: 'USDT',
      feeValue: 5,
      liquidity: 'taker',
      slippage: 2.5,
      barOpenTimeMs: 0,
      tag: '',
    } as const
    const { metrics, daily } = computeMetrics({ ...lcgRun(), fills: [fill, fill], quoteRate: () => 2 })
    const meanEquity = daily.equity.reduce((sum, value) => sum + value, 0) / 60
    expect(metrics).toMatchObject({ fees: 20, feesBps: 10, slippage: 10, slippageBps: 5, tradedNotional: 20_000 })
    expect(metrics.turnover).toBeCloseTo(20_000 / meanEquity / (60 / 365), 10)
  })

  test('yearly growth is undefined below 30 days, and nothing is ever NaN or infinite', () => {
    const { equity, ...rest } = lcgRun()
    const cut = (column: Float64Array) => column.subarray(0, 29 * 6)
    const short = { timeMs: cut(equity.timeMs), equity: cut(equity.equity), grossExposure: cut(equity.grossExposure) }
    expect(computeMetrics({ ...rest, equity: short }).metrics.cagr).toBeUndefined()
    const nothing = { timeMs: new Float64Array(0), equity: new Float64Array(0), grossExposure: new Float64Array(0) }
    for (const columns of [short, nothing]) {
      const { metrics } = computeMetrics({ ...rest, equity: columns, trades: [] })
      for (const [name, value] of Object.entries(metrics)) {
        expect(value === undefined || Number.isFinite(value), name).toBe(true)
      }
      expect(JSON.parse(JSON.stringify(metricsJson(computeMetrics({ ...rest, equity: columns }))))).toMatchObject({
        metrics: { cagr: null, dsr: null },
      })
    }
  })

  test('a deposit changes neither the return nor the drawdown', () => {
    const { equity, ...rest } = lcgRun()
    const flows = [{ tsMs: equity.timeMs[101] as number, amount: 5_000 }]
    let units = 1
    const raised = equity.equity.map((value, i) => {
      if (i === 101) units = (value + 5_000) / value
      return value * units
    })
    const { metrics } = computeMetrics({ ...rest, equity: { ...equity, equity: raised }, flows })
    expect(metrics.totalReturn).toBeCloseTo(run.metrics.totalReturn, 10)
    expect(metrics.maxDrawdown).toBeCloseTo(run.metrics.maxDrawdown, 10)
  })
})
