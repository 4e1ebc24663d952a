import { normalCdf, normalQuantile } from '@kestrel/core'
import { dailyEquity } from '../daily-equity.ts'
import { drawdowns } from '../drawdown.ts'
import type { MetricsInput } from '../metrics.ts'
import { centralMoment, mean, sampleDeviation, ZERO_DEVIATION } from '../moments.ts'
import {
  annualizedSharpe,
  annualizedSortino,
  annualizedVolatility,
  compoundReturn,
  omega,
  tails,
} from '../return-ratios.ts'
import type { CompatMetrics } from './compat-mode.ts'

/** Trading days in a year by quantstats' default, crypto or not. */
const PERIODS = 252

/** Skewness and excess kurtosis as pandas gives them: unbiased estimators. */
function unbiasedShape(returns: Float64Array): { readonly skew: number; readonly excess: number } | undefined {
  const n = returns.length
  const centre = mean(returns)
  if (centre === undefined || n < 4) return undefined
  const variance = centralMoment(returns, centre, 2)
  if (Math.sqrt(variance) <= ZERO_DEVIATION) return undefined
  const third = centralMoment(returns, centre, 3) / variance ** 1.5
  const fourth = centralMoment(returns, centre, 4) / variance ** 2 - 3
  return {
    skew: (Math.sqrt(n * (n - 1)) / (n - 2)) * third,
    excess: ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * fourth + 6),
  }
}

/**
 * quantstats on daily returns with its default of 252 days a year.
 *
 * Differs from ours also in: CAGR over returns / 252 years; value at risk from a normal distribution; win rate, payoff,
 * profit factor and Kelly over days instead of trades; ulcer index over days with divisor n - 1, Martin from total
 * return; exposure as the share of days with a return, rounded up; PSR from pandas' excess kurtosis less 3 once more.
 * Source: quantstats 0.0.77, quantstats/stats.py.
 */
export function quantstatsMetrics(input: MetricsInput): CompatMetrics {
  const daily = dailyEquity(input.equity, input.startEquity, {
    ...(input.startTimeMs === undefined ? {} : { startTimeMs: input.startTimeMs }),
    ...(input.flows === undefined ? {} : { flows: input.flows }),
  })
  const { returns } = daily
  const n = returns.length
  const rate = input.riskFreeRate ?? 0
  const total = compoundReturn(returns)
  const cagr = n === 0 ? undefined : Math.abs(total + 1) ** (PERIODS / n) - 1
  const falls = drawdowns(daily.timeMs, daily.equity, daily.startEquity, daily.startTimeMs)
  const ulcerIndex = falls.ulcerIndex === undefined || n < 2 ? undefined : falls.ulcerIndex * Math.sqrt(n / (n - 1))
  return {
    mode: 'quantstats',
    source: 'quantstats 0.0.77',
    basis: `${n} daily returns, ${PERIODS} a year`,
    values: {
      cagr,
      volatility: annualizedVolatility(returns, PERIODS),
      sharpe: annualizedSharpe(returns, PERIODS, rate),
      sortino: annualizedSortino(returns, PERIODS, rate),
      calmar: cagr === undefined || falls.maxDrawdown === 0 ? undefined : cagr / -falls.maxDrawdown,
      maxDrawdown: falls.maxDrawdown,
      ulcerIndex,
      martin: ulcerIndex === undefined || ulcerIndex === 0 ? undefined : (total - rate) / ulcerIndex,
      omega: omega(returns),
      tailRatio: tails(returns).tailRatio,
      ...normalRisk(returns),
      ...dayStatistics(returns),
      psr: doubleExcessPsr(returns),
    },
  }
}

/** Value at risk of a normal distribution with the sample's mean and deviation, and the mean of returns below it. */
function normalRisk(returns: Float64Array) {
  const centre = mean(returns)
  const deviation = sampleDeviation(returns)
  if (centre === undefined || deviation === undefined) return { var95: undefined, cvar95: undefined }
  const bound = centre + deviation * normalQuantile(0.05)
  const below = mean(returns.filter((value) => value < bound))
  return { var95: 0 - bound, cvar95: 0 - (below ?? bound) }
}

function dayStatistics(returns: Float64Array) {
  const gains = returns.filter((value) => value > 0)
  const falls = returns.filter((value) => value < 0)
  const meanGain = mean(gains)
  const meanFall = mean(falls)
  const moved = gains.length + falls.length
  const winRate = moved === 0 ? undefined : gains.length / moved
  const payoffRatio = meanGain === undefined || meanFall === undefined ? undefined : meanGain / -meanFall
  return {
    winRate,
    payoffRatio,
    profitFactor: meanFall === undefined ? undefined : ((meanGain ?? 0) * gains.length) / (-meanFall * falls.length),
    kelly:
      payoffRatio === undefined || winRate === undefined
        ? undefined
        : (payoffRatio * winRate - (1 - winRate)) / payoffRatio,
    exposure: returns.length === 0 ? undefined : Math.ceil((moved / returns.length) * 100) / 100,
  }
}

function doubleExcessPsr(returns: Float64Array): number | undefined {
  const shape = unbiasedShape(returns)
  const sharpe = annualizedSharpe(returns, 1)
  if (shape === undefined || sharpe === undefined) return undefined
  const square = sharpe * sharpe
  const spread = (1 + 0.5 * square - shape.skew * sharpe + ((shape.excess - 3) / 4) * square) / (returns.length - 1)
  return spread > 0 ? normalCdf(sharpe / Math.sqrt(spread)) : undefined
}
