import type { TimeMs } from '@kestrel/core'
import { YEAR_MS } from './basis.ts'
import type { CashFlow } from './daily-equity.ts'

/**
 * Yearly money-weighted return (XIRR): the rate at which the start balance and every flow, compounded to the end, give
 * the end equity. Years have 365 days.
 *
 * @returns undefined where no rate above -100 % solves it, or without elapsed time.
 *
 * Bisection on a bracket; the value at the end is increasing in the rate for money paid in, which is what accounts do.
 * With large withdrawals several rates may solve it, and the one found is the one inside the first bracket that changes
 * sign, starting at 0.
 */
export function moneyWeightedReturn(
  startEquity: number,
  startTimeMs: TimeMs,
  flows: readonly CashFlow[],
  endEquity: number,
  endTimeMs: TimeMs,
): number | undefined {
  const years = (endTimeMs - startTimeMs) / YEAR_MS
  if (!(years > 0)) return undefined
  const surplus = (logRate: number): number => {
    let value = startEquity * Math.exp(logRate * years) - endEquity
    for (const flow of flows) value += flow.amount * Math.exp((logRate * (endTimeMs - flow.tsMs)) / YEAR_MS)
    return value
  }
  const atZero = surplus(0)
  if (atZero === 0) return 0
  let step = atZero > 0 ? -0.125 : 0.125
  let near = 0
  while (Math.sign(surplus(near + step)) === Math.sign(atZero)) {
    near += step
    step *= 2
    if (Math.abs(near) > 500) return undefined
  }
  let far = near + step
  for (let i = 0; i < 200 && Math.abs(far - near) > 1e-15; i += 1) {
    const middle = (near + far) / 2
    if (Math.sign(surplus(middle)) === Math.sign(atZero)) near = middle
    else far = middle
  }
  return Math.expm1((near + far) / 2)
}
