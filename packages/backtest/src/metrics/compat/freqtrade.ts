import { DAY_MS } from '../basis.ts'
import { centralMoment, mean, ZERO_DEVIATION } from '../moments.ts'
import type { MetricsInput } from '../metrics.ts'
import type { CompatMetrics } from './compat-mode.ts'

/** Deviation with divisor n, as `numpy.std`; undefined for no values. */
function populationDeviation(values: Float64Array): number | undefined {
  const centre = mean(values)
  return centre === undefined ? undefined : Math.sqrt(centralMoment(values, centre, 2))
}

/**
 * freqtrade's report, which knows closed trades only: profits over the start balance, their sum per calendar day as the
 * mean, and the deviation of trades (not of days) as the risk. Calmar is in percent and times the root of 365.
 *
 * Drawdown is taken over closed trades from the start balance, at the largest fall of money. Placeholders of -100
 * are undefined here.
 * Source: freqtrade 2024.10, freqtrade/data/metrics.py.
 */
export function freqtradeMetrics(input: MetricsInput): CompatMetrics {
  const { startEquity, trades } = input
  const startMs = input.startTimeMs ?? input.equity.timeMs[0] ?? 0
  const endMs = input.equity.timeMs.at(-1) ?? startMs
  const days = Math.max(1, Math.floor((endMs - startMs) / DAY_MS))
  const shares = Float64Array.from(trades, ({ profit }) => profit / startEquity)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const perDay = total / days
  const ratio = (deviation: number | undefined): number | undefined =>
    deviation === undefined || deviation <= ZERO_DEVIATION ? undefined : (perDay / deviation) * Math.sqrt(365)
  const maxDrawdown = closedTradeDrawdown(shares)
  const wins = trades.filter(({ profit }) => profit > 0)
  const losses = trades.filter(({ profit }) => profit < 0)
  const sum = (members: typeof trades): number => members.reduce((money, { profit }) => money + profit, 0)
  const grossLoss = Math.abs(sum(losses))
  return {
    mode: 'freqtrade',
    source: 'freqtrade 2024.10',
    basis: `closed trades over ${days} whole days, 365 a year`,
    values: {
      totalReturn: total,
      cagr: total > -1 ? (1 + total) ** (365 / days) - 1 : undefined,
      sharpe: ratio(populationDeviation(shares)),
      sortino: ratio(populationDeviation(shares.filter((share) => share < 0))),
      calmar: maxDrawdown === 0 ? undefined : ((perDay * 100) / Math.abs(maxDrawdown)) * Math.sqrt(365),
      maxDrawdown,
      profitFactor: grossLoss === 0 ? undefined : sum(wins) / grossLoss,
    },
  }
}

/** Relative drawdown, zero or negative, where the money lost since the peak of closed trades was largest. */
function closedTradeDrawdown(shares: Float64Array): number {
  let cumulative = 0
  let high = 0
  let worst = 0
  let relative = 0
  for (const share of shares) {
    cumulative += share
    high = Math.max(high, cumulative)
    if (cumulative - high < worst) {
      worst = cumulative - high
      relative = worst / (1 + high)
    }
  }
  return relative
}
