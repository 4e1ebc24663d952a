import type { BarColumns } from '@kestrel/core'

const DAY_MS = 86_400_000
/** Bars after which the running sums are added up anew, so that rounding does not build up over a long history. */
const REFRESH = 4_096

/** What traded in the 24 hours that end at each bar's close. Shape `[n]`. */
export interface TrailingDay {
  /** Unit of the bars' volume. */
  readonly volume: Float64Array
  /** Standard deviation of the day's log return, from the sum of squared returns; from its range at the first bar. A fraction. */
  readonly volatility: Float64Array
}

/**
 * Volume and realised volatility of the last 24 hours, for impact models.
 *
 * While the history is shorter than a day both are scaled up to one from what is there: a run's first orders would
 * otherwise meet a market that looks thin and calm.
 *
 * Causal: entry `i` reads bars up to `i`. O(n), two allocations.
 * Source: realised variance as in Andersen, Bollerslev, Diebold and Labys (2003); the first bar, which has no return, by
 * its range: Parkinson, The Extreme Value Method for Estimating the Variance of the Rate of Return (1980).
 */
export function trailingDay(bars: BarColumns): TrailingDay {
  const { openTimeMs, closeTimeMs, close, volume } = bars
  const length = close.length
  const out = { volume: new Float64Array(length), volatility: new Float64Array(length) }
  const squared = (i: number): number => (i === 0 ? 0 : Math.log((close[i] as number) / (close[i - 1] as number)) ** 2)
  let first = 0
  let traded = 0
  let variance = 0
  for (let i = 0; i < length; i++) {
    const end = closeTimeMs[i] as number
    traded += volume[i] as number
    variance += squared(i)
    for (; (closeTimeMs[first] as number) <= end - DAY_MS; first++) {
      traded -= volume[first] as number
      variance -= squared(first)
    }
    if (i % REFRESH === 0) {
      traded = 0
      variance = 0
      for (let k = first; k <= i; k++) {
        traded += volume[k] as number
        variance += squared(k)
      }
    }
    const seenMs = Math.min(DAY_MS, end - (openTimeMs[0] as number))
    // The first bar has no return, so the returns of a short history cover one bar less than its volume.
    const returnsMs = Math.min(DAY_MS, end - (closeTimeMs[0] as number))
    out.volume[i] = (Math.max(0, traded) * DAY_MS) / seenMs
    out.volatility[i] =
      returnsMs === 0
        ? Math.sqrt((rangeVariance(bars) * DAY_MS) / seenMs)
        : Math.sqrt((Math.max(0, variance) * DAY_MS) / returnsMs)
  }
  return out
}

/** Variance of the first bar from its range. */
function rangeVariance({ high, low }: BarColumns): number {
  return Math.log((high[0] as number) / (low[0] as number)) ** 2 / (4 * Math.LN2)
}
