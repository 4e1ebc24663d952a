/** What a test takes out of a series before it looks at the rest. */
export type Trend = 'none' | 'constant' | 'constant-and-trend'

/** Columns that a trend adds to a regression: none, ones, ones and a line. */
export function trendColumns(trend: Trend): 0 | 1 | 2 {
  switch (trend) {
    case 'none':
      return 0
    case 'constant':
      return 1
    case 'constant-and-trend':
      return 2
  }
}

/** Trends by their count of columns, as the parameter of an indicator gives them. */
export const TRENDS = ['none', 'constant', 'constant-and-trend'] as const

/** A statistic beyond the value of its level rejects with that probability of error. */
export interface CriticalValues {
  readonly onePercent: number
  readonly fivePercent: number
  readonly tenPercent: number
}

/** Schwert's rule for the number of lags: it grows with the fourth root of the length. */
export function schwertLags(length: number): number {
  return Math.ceil(12 * (length / 100) ** 0.25)
}
