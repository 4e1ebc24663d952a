import type { EquityColumns } from '@kestrel/kernel'
import { type Basis, DAY_MS, periodsPerYear, ratePerPeriod, YEAR_MS } from './basis.ts'
import { type BenchmarkColumns, benchmarkRelation } from './benchmark.ts'
import { breakdown } from './breakdown.ts'
import { extremes, monthlyReturns, yearlyReturns } from './calendar-returns.ts'
import { type DailyEquity, dailyEquity } from './daily-equity.ts'
import { drawdowns, type DrawdownStatistics } from './drawdown.ts'
import { exposureStatistics } from './exposure.ts'
import type { BenchmarkMetrics, Metrics, MetricsInput, RunMetrics } from './metrics.ts'
import { moneyWeightedReturn } from './money-weighted-return.ts'
import { kurtosis, mean, skewness } from './moments.ts'
import {
  annualizedSharpe,
  annualizedSortino,
  annualizedVolatility,
  compoundReturn,
  omega,
  tails,
} from './return-ratios.ts'
import { deflatedSharpe, minimumTrackRecord, probabilisticSharpe } from './sharpe-significance.ts'
import { type TradeOutcome, tradeStatistics } from './trade-statistics.ts'
import { tradingCosts } from './trading-costs.ts'
import { unitizedEquity } from './unitized-equity.ts'

/** Below this many days a yearly growth rate says nothing and is left undefined. */
const MIN_CAGR_DAYS = 30

/**
 * Every metric of a run, by the formulas of docs/metrics.md.
 *
 * Ratios use returns sampled by {@link dailyEquity}; drawdown, ulcer index and exposure use every bar. O(bars + trades
 * + fills + orders).
 */
export function computeMetrics(input: MetricsInput): RunMetrics {
  const riskFreeRate = input.riskFreeRate ?? 0
  const daily = dailyEquity(input.equity, input.startEquity, samplingOf(input))
  const periods = periodsPerYear(daily.sampling)
  const basis: Basis = {
    currency: input.currency,
    sampling: daily.sampling,
    periodsPerYear: periods,
    observations: daily.returns.length,
    riskFreeRate,
  }
  const marks = unitizedEquity(input.equity, input.startEquity, input.flows ?? [])
  const falls = drawdowns(input.equity.timeMs, marks, input.startEquity, daily.startTimeMs)
  const months = monthlyReturns(daily)
  const years = yearlyReturns(daily)
  const days = extremes(daily)
  const benchmarkDaily = input.benchmark === undefined ? undefined : sampledBenchmark(input.benchmark, daily)
  const trades = input.trades.map((trade) => {
    const rate = input.quoteRate?.(trade.instrumentId, trade.exitTimeMs) ?? 1
    return {
      profit: trade.profit * rate,
      profitRatio: trade.profitRatio,
      holdingMs: trade.exitTimeMs - trade.entryTimeMs,
      trade,
    }
  })
  const monthReturns = Float64Array.from(months, (month) => month.totalReturn)
  const metrics: Metrics = {
    ...growthMetrics(input, daily, basis, falls),
    ...distributionMetrics(input, daily, periods),
    ...benchmarkRelation(daily.returns, benchmarkDaily?.returns ?? new Float64Array(0), periods, riskFreeRate),
    marketChange: mean(Float64Array.from(input.marketChanges ?? [])),
    bestDay: days?.best.totalReturn,
    worstDay: days?.worst.totalReturn,
    bestMonth: months.length === 0 ? undefined : Math.max(...monthReturns),
    worstMonth: months.length === 0 ? undefined : Math.min(...monthReturns),
    positiveDays: positiveShare(daily.returns),
    positiveMonths: positiveShare(monthReturns),
    ...tradeMetrics(trades),
    ...exposureStatistics(input.equity),
    ...tradingCosts(input, daily),
  }
  return {
    basis,
    metrics,
    benchmark:
      input.benchmark === undefined || benchmarkDaily === undefined
        ? undefined
        : benchmarkMetrics(input.benchmark, benchmarkDaily, periods, riskFreeRate),
    daily,
    benchmarkReturns: benchmarkDaily?.returns,
    worstDrawdowns: falls.worst,
    months,
    years,
    bestDay: days?.best,
    worstDay: days?.worst,
    byInstrument: breakdown(trades, ({ trade }) => trade.instrumentId),
    byEntryTag: breakdown(trades, ({ trade }) => trade.entryTag),
    byExitReason: breakdown(trades, ({ trade }) => trade.exitReason),
    byDirection: breakdown(trades, ({ trade }) => trade.direction),
  }
}

function samplingOf(input: MetricsInput): Parameters<typeof dailyEquity>[2] {
  return {
    sampling: input.sampling ?? '1d',
    ...(input.startTimeMs === undefined ? {} : { startTimeMs: input.startTimeMs }),
    ...(input.flows === undefined ? {} : { flows: input.flows }),
  }
}

/** (1 + total)^(365 / days) - 1; undefined below 30 days or where everything was lost and more. */
function growthRate(totalReturn: number, elapsedMs: number): number | undefined {
  if (elapsedMs < MIN_CAGR_DAYS * DAY_MS || totalReturn < -1) return undefined
  return (1 + totalReturn) ** (YEAR_MS / elapsedMs) - 1
}

function positiveShare(returns: Float64Array): number | undefined {
  if (returns.length === 0) return undefined
  let positive = 0
  for (const value of returns) if (value > 0) positive += 1
  return positive / returns.length
}

function growthMetrics(input: MetricsInput, daily: DailyEquity, basis: Basis, falls: DrawdownStatistics) {
  const { returns, startTimeMs } = daily
  const rows = input.equity.equity.length
  const endEquity = rows === 0 ? input.startEquity : (input.equity.equity[rows - 1] as number)
  const endTimeMs = rows === 0 ? startTimeMs : (input.equity.timeMs[rows - 1] as number)
  const flows = input.flows ?? []
  // Without flows the product of the returns telescopes; the quotient is the same number without rounding.
  const totalReturn = flows.length === 0 ? endEquity / input.startEquity - 1 : compoundReturn(returns)
  const cagr = growthRate(totalReturn, endTimeMs - startTimeMs)
  const { periodsPerYear: periods, riskFreeRate } = basis
  return {
    startEquity: input.startEquity,
    endEquity,
    totalReturn,
    cagr,
    moneyWeightedReturn:
      cagr === undefined ? undefined : moneyWeightedReturn(input.startEquity, startTimeMs, flows, endEquity, endTimeMs),
    volatility: annualizedVolatility(returns, periods),
    sharpe: annualizedSharpe(returns, periods, riskFreeRate),
    sortino: annualizedSortino(returns, periods, riskFreeRate, input.minimumReturn),
    calmar: cagr === undefined || falls.maxDrawdown === 0 ? undefined : cagr / Math.abs(falls.maxDrawdown),
    maxDrawdown: falls.maxDrawdown,
    maxDrawdownAbs: falls.maxDrawdownAbs,
    maxDrawdownPeakMs: falls.deepest?.peakTimeMs,
    maxDrawdownTroughMs: falls.deepest?.troughTimeMs,
    maxDrawdownRecoveryMs: falls.deepest?.recoveryTimeMs,
    longestUnderwaterMs: falls.longestUnderwaterMs,
    currentDrawdown: falls.currentDrawdown,
    ulcerIndex: falls.ulcerIndex,
    martin:
      cagr === undefined || falls.ulcerIndex === undefined || falls.ulcerIndex === 0
        ? undefined
        : (cagr - riskFreeRate) / falls.ulcerIndex,
  }
}

function distributionMetrics(input: MetricsInput, { returns }: DailyEquity, periods: number) {
  const fourth = kurtosis(returns)
  const free = ratePerPeriod(input.riskFreeRate ?? 0, periods)
  return {
    omega: omega(returns, input.minimumReturn ?? free),
    ...tails(returns),
    skew: skewness(returns),
    excessKurtosis: fourth === undefined ? undefined : fourth - 3,
    psr: probabilisticSharpe(returns),
    dsr: input.trials === undefined ? undefined : deflatedSharpe(returns, input.trials),
    minTrackRecord: minimumTrackRecord(returns),
    trialCount: input.trials?.count,
  }
}

function tradeMetrics(
  trades: readonly (TradeOutcome & { readonly trade: { readonly direction: 'long' | 'short' } })[],
) {
  const all = tradeStatistics(trades)
  const long = trades.filter(({ trade }) => trade.direction === 'long')
  const profitOf = (members: readonly TradeOutcome[]): number => members.reduce((sum, { profit }) => sum + profit, 0)
  const longProfit = profitOf(long)
  return {
    trades: all.trades,
    wins: all.wins,
    losses: all.losses,
    draws: all.draws,
    winRate: all.winRate,
    profitFactor: all.profitFactor,
    payoffRatio: all.payoffRatio,
    expectancy: all.expectancy,
    expectancyR: all.expectancyR,
    sqn: all.sqn,
    kelly: all.kelly,
    bestTrade: all.bestTrade,
    worstTrade: all.worstTrade,
    meanHoldingMs: all.meanHoldingMs,
    meanWinHoldingMs: all.meanWinHoldingMs,
    meanLossHoldingMs: all.meanLossHoldingMs,
    longestHoldingMs: all.longestHoldingMs,
    longestWinHoldingMs: all.longestWinHoldingMs,
    longestLossHoldingMs: all.longestLossHoldingMs,
    maxConsecutiveWins: all.maxConsecutiveWins,
    maxConsecutiveLosses: all.maxConsecutiveLosses,
    longTrades: long.length,
    shortTrades: trades.length - long.length,
    longProfit,
    shortProfit: profitOf(trades.filter(({ trade }) => trade.direction === 'short')),
  }
}

/** The benchmark over exactly the periods of the run. */
function sampledBenchmark(benchmark: BenchmarkColumns, run: DailyEquity): DailyEquity {
  const columns: EquityColumns = {
    timeMs: benchmark.timeMs,
    equity: benchmark.value,
    grossExposure: benchmark.value,
  }
  return dailyEquity(columns, benchmark.startValue, { sampling: run.sampling, startTimeMs: run.startTimeMs })
}

function benchmarkMetrics(
  benchmark: BenchmarkColumns,
  daily: DailyEquity,
  periods: number,
  riskFreeRate: number,
): BenchmarkMetrics {
  const last = benchmark.value.length - 1
  const totalReturn = last < 0 ? 0 : (benchmark.value[last] as number) / benchmark.startValue - 1
  const elapsedMs = last < 0 ? 0 : (benchmark.timeMs[last] as number) - daily.startTimeMs
  const falls = drawdowns(benchmark.timeMs, benchmark.value, benchmark.startValue, daily.startTimeMs)
  return {
    name: benchmark.name,
    totalReturn,
    cagr: growthRate(totalReturn, elapsedMs),
    volatility: annualizedVolatility(daily.returns, periods),
    sharpe: annualizedSharpe(daily.returns, periods, riskFreeRate),
    maxDrawdown: falls.maxDrawdown,
  }
}
