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
  const tally = Float64Array.of(0, 0, startEquity, startEquity, startEquity, 1)
  for (let from = 0; from < n; from += BLOCK) addBars(tally, equity, from, Math.min(n, from + BLOCK), base)
  const [sum, squares, , peak, trough, depth] = tally as unknown as Tally
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

/**
 * Bars that are added in one call, a multiple of four. A function that is called often is compiled once; one long loop
 * is compiled anew in every run, in the middle of its work.
 */
const BLOCK = 4_096

/** Sum and sum of squares of the returns less the shift, last equity, present peak, lowest since it, deepest trough over peak. */
type Tally = readonly [sum: number, squares: number, previous: number, peak: number, trough: number, depth: number]

/** Adds bars `from` to `to` (exclusive) to a {@link Tally}. */
function addBars(tally: Float64Array, equity: Float64Array, from: number, to: number, base: number): void {
  // One by one: out of a pattern they would come boxed, and stay so all through the loop.
  let sum = tally[0] as number
  let squares = tally[1] as number
  let previous = tally[2] as number
  let peak = tally[3] as number
  let trough = tally[4] as number
  let depth = tally[5] as number
  // Four bars at a time, minimum and maximum as a + (b - a -+ |b - a|) / 2: new lows come at random in a falling curve,
  // and a branch on each would cost more than the rest of the loop. The sum is exact while neighbours lie within a
  // factor of two (Sterbenz), and within one rounding otherwise.
  let i = from
  for (; i + 4 <= to; i += 4) {
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
  for (; i < to; i += 1) {
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
  tally.set([sum, squares, previous, peak, trough, depth])
}
