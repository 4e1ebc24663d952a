import { type Timeframe, timeframeMs } from '@kestrel/core'

const YEAR_MS = 365 * 86_400_000

/** Bars of a timeframe in a year of 365 days, since crypto markets never close: 365 for `1d`, 8,760 for `1h`. */
export function barsPerYear(timeframe: Timeframe): number {
  return YEAR_MS / timeframeMs(timeframe)
}
