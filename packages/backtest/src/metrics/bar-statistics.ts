import { ZERO_DEVIATION } from './moments.ts'

/** Statistics of an equity curve per bar, not annualised. */
export interface BarStatistics {
  /** Returns counted, one a bar, the first against the start balance. */
  readonly observations: number
  readonly meanReturn: number | undefined
  /** Sample deviation, divisor n - 1; undefined below two bars. */
  readonly deviation: number | undefined
  /** Mean over sample deviation, per bar, risk-free rate 0; undefined without deviation. */
  readonly sharpe: number | undefined
  /** Lowest equity over the peak before it, minus 1; zero or negative; the start balance is the first peak. */
  readonly maxDrawdown: number
  readonly endEquity: number
}

/**
 * Mean, deviation, Sharpe ratio and maximum drawdown of every bar in one pass.
 *
 * @param equity - Equity at each bar's close, money, shape `[n]`, positive.
 * @param startEquity - Balance before the first bar, positive; the first return and the first peak are taken against it.
 *
 * The variance is summed around the geometric mean return, which lies within half a variance of the arithmetic one, so
 * that nothing cancels (shifted data algorithm). Where equity falls to zero or below, no further return is defined:
 * returns stop there, the drawdown does not. O(n) time, no allocation.
 * Source: Chan, Golub, LeVeque, Algorithms for Computing the Sample Variance (1983), section 3.
 */
export function barStatistics(equity: Float64Array, startEquity: number): BarStatistics {
  const n = equity.length
  const endEquity = n === 0 ? startEquity : (equity[n - 1] as number)
  const growth = endEquity / startEquity
  // Returns enter as ratios, so that one subtraction removes both the 1 and the shift.
  const base = growth > 0 && n > 0 ? growth ** (1 / n) : 1
  let sum = 0
  let squares = 0
  let previous = startEquity
  let peak = startEquity
  let trough = startEquity
  let depth = 1
  // Four bars at a time, minimum and maximum as a + (b - a -+ |b - a|) / 2: new lows come at random in a falling curve,
  // and a branch on each would cost more than the rest of the loop. The sum is exact while neighbours lie within a
  // factor of two (Sterbenz), and within one rounding otherwise.
  let i = 0
  for (; i + 4 <= n; i += 4) {
    const e0 = equity[i] as number
    const e1 = equity[i + 1] as number
    const e2 = equity[i + 2] as number
    const e3 = equity[i + 3] as number
    const r0 = e0 / previous - base
    const r1 = e1 / e0 - base
    const r2 = e2 / e1 - base
    const r3 = e3 / e2 - base
    sum += r0 + r1 + (r2 + r3)
    squares += r0 * r0 + r1 * r1 + (r2 * r2 + r3 * r3)
    previous = e3
    const left = e1 - e0
    const right = e3 - e2
    const leftLow = e0 + 0.5 * (left - Math.abs(left))
    const leftHigh = e0 + 0.5 * (left + Math.abs(left))
    const lows = e2 + 0.5 * (right - Math.abs(right)) - leftLow
    const highs = e2 + 0.5 * (right + Math.abs(right)) - leftHigh
    if (leftHigh + 0.5 * (highs + Math.abs(highs)) <= peak) {
      const fall = leftLow + 0.5 * (lows - Math.abs(lows)) - trough
      trough += 0.5 * (fall - Math.abs(fall))
      continue
    }
    for (let j = i; j < i + 4; j += 1) {
      const value = equity[j] as number
      if (value > peak) {
        depth = Math.min(depth, trough / peak)
        peak = value
        trough = value
      } else if (value < trough) trough = value
    }
  }
  for (; i < n; i += 1) {
    const value = equity[i] as number
    if (value > peak) {
      depth = Math.min(depth, trough / peak)
      peak = value
      trough = value
    } else if (value < trough) trough = value
    const distance = value / previous - base
    sum += distance
    squares += distance * distance
    previous = value
  }
  const maxDrawdown = Math.min(depth, trough / peak) - 1
  if (n === 0) {
    return { observations: 0, meanReturn: undefined, deviation: undefined, sharpe: undefined, maxDrawdown, endEquity }
  }
  if (maxDrawdown <= -1) {
    const ruin = equity.findIndex((value) => value <= 0)
    if (ruin < n - 1) return { ...barStatistics(equity.subarray(0, ruin + 1), startEquity), maxDrawdown, endEquity }
  }
  const meanReturn = base - 1 + sum / n
  const deviation = n < 2 ? undefined : Math.sqrt(Math.max(0, squares - (sum * sum) / n) / (n - 1))
  return {
    observations: n,
    meanReturn,
    deviation,
    sharpe: deviation === undefined || deviation <= ZERO_DEVIATION ? undefined : meanReturn / deviation,
    maxDrawdown,
    endEquity,
  }
}
