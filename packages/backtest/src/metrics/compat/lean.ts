import { YEAR_MS } from '../basis.ts'
import { dailyEquity } from '../daily-equity.ts'
import { drawdowns } from '../drawdown.ts'
import type { MetricsInput } from '../metrics.ts'
import { mean, sampleDeviation, ZERO_DEVIATION } from '../moments.ts'
import type { CompatMetrics } from './compat-mode.ts'

/** Lean uses 365 days for crypto venues and 252 for others. */
const PERIODS = 365

/**
 * Lean's portfolio statistics on daily equity.
 *
 * The yearly return of Sharpe and Sortino is the arithmetic daily mean compounded 365 times; Sortino divides by the
 * sample deviation of losing days alone; win and loss rates are fractions of the capital before each trade, a draw
 * counts as a loss, and expectancy is winRate * profit-loss ratio - lossRate. Lean prints no Calmar ratio; it is its
 * yearly return over its drawdown here. Placeholders of 0 are undefined.
 * Source: QuantConnect Lean, Common/Statistics/PortfolioStatistics.cs and Statistics.cs (2023).
 */
export function leanMetrics(input: MetricsInput): CompatMetrics {
  const daily = dailyEquity(input.equity, input.startEquity, {
    ...(input.startTimeMs === undefined ? {} : { startTimeMs: input.startTimeMs }),
    ...(input.flows === undefined ? {} : { flows: input.flows }),
  })
  const { returns } = daily
  const rate = input.riskFreeRate ?? 0
  const average = mean(returns)
  const yearly = average === undefined ? undefined : (1 + average) ** PERIODS - 1
  const over = (deviation: number | undefined): number | undefined =>
    yearly === undefined || deviation === undefined || deviation <= ZERO_DEVIATION
      ? undefined
      : (yearly - rate) / (deviation * Math.sqrt(PERIODS))
  const deviation = sampleDeviation(returns)
  const falls = drawdowns(daily.timeMs, daily.equity, daily.startEquity, daily.startTimeMs)
  const elapsedMs = (daily.timeMs.at(-1) ?? daily.startTimeMs) - daily.startTimeMs
  const growth = (daily.equity.at(-1) ?? daily.startEquity) / daily.startEquity
  const cagr = elapsedMs > 0 && growth > 0 ? growth ** (YEAR_MS / elapsedMs) - 1 : undefined
  return {
    mode: 'lean',
    source: 'QuantConnect Lean, PortfolioStatistics (2023)',
    basis: `${returns.length} daily returns, ${PERIODS} a year`,
    values: {
      cagr,
      volatility: deviation === undefined ? undefined : deviation * Math.sqrt(PERIODS),
      sharpe: over(deviation),
      sortino: over(sampleDeviation(returns.filter((value) => value < 0))),
      calmar: cagr === undefined || falls.maxDrawdown === 0 ? undefined : cagr / -falls.maxDrawdown,
      maxDrawdown: falls.maxDrawdown,
      ...tradeRates(input),
    },
  }
}

function tradeRates({ trades, startEquity }: MetricsInput) {
  let capital = startEquity
  let gained = 0
  let lost = 0
  let wins = 0
  for (const { profit } of trades) {
    if (profit > 0) {
      gained += profit / capital
      wins += 1
    } else lost += profit / capital
    capital += profit
  }
  const losses = trades.length - wins
  if (trades.length === 0) return { winRate: undefined, payoffRatio: undefined, expectancyR: undefined }
  const winRate = wins / trades.length
  const payoffRatio = wins === 0 || losses === 0 || lost === 0 ? undefined : gained / wins / Math.abs(lost / losses)
  return {
    winRate,
    payoffRatio,
    expectancyR: payoffRatio === undefined ? undefined : winRate * payoffRatio - losses / trades.length,
  }
}
