import { type Timeframe, timeframeMs } from '@kestrel/core'

/** What a ratio was computed from. A Sharpe ratio is never shown without it. */
export interface Basis {
  /** Reporting currency of every amount of money. */
  readonly currency: string
  /** Distance of two observations: `1d` is equity at 00:00 UTC. */
  readonly sampling: Timeframe
  /** Observations in a year of 365 days; 365 for daily sampling, since crypto markets never close. */
  readonly periodsPerYear: number
  /** Number of returns. */
  readonly observations: number
  /** Yearly, as a fraction. */
  readonly riskFreeRate: number
}

export const DAY_MS = 86_400_000

/** A year of 365 days. */
export const YEAR_MS = 365 * DAY_MS

/**
 * Observations in a year of 365 days: 365 for `1d`, 8,760 for `1h`.
 *
 * @throws UsageError `CORE_TIMEFRAME`.
 */
export function periodsPerYear(sampling: Timeframe): number {
  return YEAR_MS / timeframeMs(sampling)
}

/** Yearly rate compounded down to one period: (1 + rate)^(1/P) - 1. */
export function ratePerPeriod(yearlyRate: number, periods: number): number {
  return Math.expm1(Math.log1p(yearlyRate) / periods)
}
