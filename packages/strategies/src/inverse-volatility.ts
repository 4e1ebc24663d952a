/**
 * Shares in inverse proportion to volatility, adding up to 1.
 *
 * @param windows - Closes of each instrument, oldest first; undefined where there are none. Shape `[k][n]`.
 * @returns Shape `[k]`. An instrument whose volatility is unknown (fewer than three closes) or zero gets the mean of the
 *   others' inverse volatilities, so that a flat price never draws all the money; equal shares where none is known.
 *
 * Volatility is the sample deviation of log returns (divisor n - 1).
 * Source: the diagonal case of risk parity; Maillard, Roncalli and Teiletche, The Properties of Equally Weighted Risk
 * Contribution Portfolios, Journal of Portfolio Management 36 (2010).
 */
export function inverseVolatilityShares(windows: readonly (Float64Array | undefined)[]): number[] {
  const inverses = windows.map((closes) => 1 / (closes === undefined ? Number.NaN : returnDeviation(closes)))
  const known = inverses.filter((each) => Number.isFinite(each))
  const mean = known.length === 0 ? 1 : known.reduce((sum, each) => sum + each, 0) / known.length
  const filled = inverses.map((each) => (Number.isFinite(each) ? each : mean))
  const total = filled.reduce((sum, each) => sum + each, 0)
  return filled.map((each) => each / total)
}

/** Sample deviation of log returns; NaN below two returns. */
function returnDeviation(closes: Float64Array): number {
  const count = closes.length - 1
  if (count < 2) return Number.NaN
  const returns = Array.from({ length: count }, (_, i) => Math.log((closes[i + 1] as number) / (closes[i] as number)))
  const mean = returns.reduce((sum, each) => sum + each, 0) / count
  return Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1))
}
