import type { EquityColumns } from '@kestrel/kernel'
import { DAY_MS } from '../basis.ts'
import { barStatistics } from '../bar-statistics.ts'
import type { MetricsInput } from '../metrics.ts'
import { sampleDeviation, ZERO_DEVIATION } from '../moments.ts'
import { tradeStatistics } from '../trade-statistics.ts'
import type { CompatMetrics } from './compat-mode.ts'

/** Days a year for an index that has weekends, as crypto has. */
const PERIODS = 365

/** Days in a year of the CAGR alone. */
const CAGR_DAYS = 365.25

/**
 * backtesting.py on daily or finer bars.
 *
 * Days without bars are left out, and the first day has no return. The yearly return is the geometric daily mean
 * compounded, the volatility compounds too, so Sharpe and Sortino are lower than with arithmetic means; Calmar is the
 * yearly return over drawdown; drawdown starts at the first bar's equity. Profit factor and expectancy use percent
 * returns of trades. CAGR counts the time between the first and the last bar and 365.25 days a year.
 * Source: backtesting.py 0.6.6, backtesting/_stats.py.
 */
export function backtestingMetrics(input: MetricsInput): CompatMetrics {
  const { equity, timeMs } = input.equity
  const rate = input.riskFreeRate ?? 0
  const n = equity.length
  const first = equity[0] ?? input.startEquity
  const last = equity.at(-1) ?? input.startEquity
  const returns = lastOfDayReturns(input.equity)
  const logs = returns.reduce((sum, value) => sum + Math.log1p(value), 0)
  const geometric = returns.length === 0 || returns.some((value) => value <= -1) ? 0 : Math.expm1(logs / returns.length)
  const yearly = (1 + geometric) ** PERIODS - 1
  const deviation = sampleDeviation(returns)
  const growth = 1 + geometric
  const volatility =
    deviation === undefined ? undefined : Math.sqrt((deviation ** 2 + growth ** 2) ** PERIODS - growth ** (2 * PERIODS))
  const downside = Math.sqrt(returns.reduce((sum, value) => sum + Math.min(value, 0) ** 2, 0) / returns.length)
  const years = n < 2 ? 0 : ((timeMs[n - 1] as number) - (timeMs[0] as number)) / DAY_MS / CAGR_DAYS
  const { maxDrawdown } = barStatistics(equity.subarray(1), first)
  const trades = tradeStatistics(input.trades.map(({ profit, profitRatio }) => ({ profit, profitRatio, holdingMs: 0 })))
  const ratios = tradeStatistics(
    input.trades.map(({ profitRatio }) => ({ profit: profitRatio, profitRatio, holdingMs: 0 })),
  )
  return {
    mode: 'backtesting',
    source: 'backtesting.py 0.6.6',
    basis: `${returns.length} daily returns without the first day, ${PERIODS} a year, geometric`,
    values: {
      totalReturn: last / first - 1,
      annualReturn: returns.length === 0 ? undefined : yearly,
      cagr: years > 0 && last > 0 ? (last / first) ** (1 / years) - 1 : undefined,
      volatility,
      sharpe: volatility === undefined || volatility <= ZERO_DEVIATION ? undefined : (yearly - rate) / volatility,
      sortino: downside > ZERO_DEVIATION ? (yearly - rate) / (downside * Math.sqrt(PERIODS)) : undefined,
      calmar: maxDrawdown === 0 ? undefined : yearly / -maxDrawdown,
      maxDrawdown,
      winRate: trades.winRate,
      profitFactor: ratios.profitFactor,
      expectancyRatio: ratios.expectancy,
      sqn: trades.sqn,
      kelly: trades.kelly,
    },
  }
}

/** Returns between the last bars of days that have bars. A bar that closes at midnight belongs to the day it ends. */
function lastOfDayReturns({ timeMs, equity }: EquityColumns): Float64Array {
  const closes: number[] = []
  let day = Number.NaN
  for (let i = 0; i < equity.length; i += 1) {
    const own = Math.floor(((timeMs[i] as number) - 1) / DAY_MS)
    if (own === day) closes[closes.length - 1] = equity[i] as number
    else closes.push(equity[i] as number)
    day = own
  }
  return Float64Array.from(closes.slice(1), (close, i) => close / (closes[i] as number) - 1)
}
