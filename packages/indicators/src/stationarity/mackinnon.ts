import { normalCdf } from '@kestrel/core'
import { CRITICAL_SURFACES, PROBABILITY_SURFACES, type ProbabilitySurface } from './mackinnon-tables.ts'
import type { CriticalValues, Trend } from './trend.ts'

/** Most series for which the distributions are tabulated, the explained one included. */
export const MAX_TABULATED_SERIES = 6

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0
  for (let k = coefficients.length - 1; k >= 0; k--) value = value * x + (coefficients[k] as number)
  return value
}

/**
 * Approximate asymptotic p-value of a Dickey-Fuller statistic.
 *
 * @param statistic - A t-statistic; the more negative, the less likely under a unit root.
 * @param seriesCount - 1 for a test of one series, else the series in a cointegrating regression, at most
 *   {@link MAX_TABULATED_SERIES}.
 * @returns 0..1. Exactly 0 and 1 outside the range of the approximation.
 *
 * Source: MacKinnon (1994), see `mackinnon-tables.ts`.
 */
export function mackinnonProbability(statistic: number, trend: Trend, seriesCount: number): number {
  const surface = PROBABILITY_SURFACES[trend][seriesCount - 1] as ProbabilitySurface
  if (statistic > surface.largest) return 1
  if (statistic < surface.least) return 0
  return normalCdf(polynomial(statistic <= surface.turn ? surface.small : surface.large, statistic))
}

/**
 * Critical values of a Dickey-Fuller statistic for a finite sample.
 *
 * @returns undefined where they are not tabulated: several series without a constant.
 *
 * Source: MacKinnon (2010), see `mackinnon-tables.ts`.
 */
export function mackinnonCriticalValues(
  trend: Trend,
  seriesCount: number,
  observations: number,
): CriticalValues | undefined {
  const rows = CRITICAL_SURFACES[trend][seriesCount - 1]
  if (rows === undefined) return undefined
  const [onePercent, fivePercent, tenPercent] = rows.map((row) => polynomial(row, 1 / observations))
  return {
    onePercent: onePercent as number,
    fivePercent: fivePercent as number,
    tenPercent: tenPercent as number,
  }
}
