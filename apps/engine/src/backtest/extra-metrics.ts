import { type Backtest, deflatedSharpe, type MetricsInput, type Trials } from '@kestrel/backtest'

/** The backtest with what is known only once its own Sharpe ratio stands among the trials: the deflated one. */
export function withTrials(backtest: Backtest, trials: Trials): Backtest {
  const { metrics } = backtest
  return {
    ...backtest,
    metrics: {
      ...metrics,
      metrics: {
        ...metrics.metrics,
        dsr: deflatedSharpe(metrics.daily.returns, trials),
        trialCount: trials.count,
      },
    },
  }
}

/** What another tool's formulas are computed from. */
export function compatInput({ base, config, benchmark, metrics }: Backtest): MetricsInput {
  return {
    equity: base.equity,
    trades: base.trades,
    fills: base.fills,
    funding: base.funding,
    orders: base.orders,
    startEquity: base.startEquity,
    currency: config.reportingCurrency,
    startTimeMs: benchmark.startTimeMs,
    riskFreeRate: metrics.basis.riskFreeRate,
    benchmark,
  }
}
