import type { BarColumns } from '@kestrel/core'

/**
 * Full spread of each two-bar pair by Corwin and Schultz, as a fraction of the price. Single estimates are noisy and may
 * be negative: average them as they are. The paper's variant that sets negative ones to 0 first finds far too much where
 * the spread is small beside the volatility, as it is here.
 *
 * The high of a bar is most likely a buy and its low a sell, so the range holds variance and spread; over two bars the
 * variance doubles and the spread does not. `out[0]` is NaN (warm-up). The paper's overnight adjustment is left out:
 * these markets do not close.
 *
 * Causal: `out[i]` reads bars `i - 1` and `i`. O(n), one allocation.
 * Source: Corwin and Schultz, A Simple Way to Estimate Bid-Ask Spreads from Daily High and Low Prices, Journal of
 * Finance 67 (2012), equations 14 and 18.
 */
export function corwinSchultzSpread(bars: BarColumns): Float64Array {
  const { high, low } = bars
  const out = new Float64Array(high.length).fill(Number.NaN)
  const k = 3 - 2 * Math.SQRT2
  for (let i = 1; i < out.length; i++) {
    const before = Math.log((high[i - 1] as number) / (low[i - 1] as number))
    const now = Math.log((high[i] as number) / (low[i] as number))
    const both = Math.log(
      Math.max(high[i - 1] as number, high[i] as number) / Math.min(low[i - 1] as number, low[i] as number),
    )
    const beta = before * before + now * now
    const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / k - Math.sqrt((both * both) / k)
    const grown = Math.exp(alpha)
    out[i] = (2 * (grown - 1)) / (1 + grown)
  }
  return out
}

/**
 * Squared full spread of each two-bar pair by Abdi and Ranaldo, as a squared fraction of the price. May be negative:
 * average first, take the root of what is above 0 afterwards.
 *
 * `4 * (c - m) * (c - n)`, with the log close of the earlier bar, and the middle of the log range of it and of the later
 * one. `out[0]` is NaN (warm-up).
 *
 * Causal: `out[i]` reads bars `i - 1` and `i`. O(n), one allocation.
 * Source: Abdi and Ranaldo, A Simple Estimation of Bid-Ask Spreads from Daily Close, High, and Low Prices, Review of
 * Financial Studies 30 (2017), equation 10.
 */
export function abdiRanaldoSquaredSpread(bars: BarColumns): Float64Array {
  const { high, low, close } = bars
  const out = new Float64Array(high.length).fill(Number.NaN)
  for (let i = 1; i < out.length; i++) {
    const last = Math.log(close[i - 1] as number)
    const middle = (Math.log(high[i - 1] as number) + Math.log(low[i - 1] as number)) / 2
    const next = (Math.log(high[i] as number) + Math.log(low[i] as number)) / 2
    out[i] = 4 * (last - middle) * (last - next)
  }
  return out
}

/** Log range of each bar, `ln(high / low)`: a fraction of the price for small ranges. O(n), one allocation. */
export function logRange(bars: BarColumns): Float64Array {
  const { high, low } = bars
  return high.map((top, i) => Math.log(top / (low[i] as number)))
}
