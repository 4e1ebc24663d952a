import type { EquityColumns } from '@kestrel/kernel'
import type { CashFlow } from './daily-equity.ts'

/**
 * Equity as it would have been without deposits and withdrawals: each bar grows by (E_t - F_t) / E_{t-1}. Without flows
 * it is the equity itself, uncopied.
 *
 * @param equity - Columns of shape `[n]`.
 * @param flows - In order of time.
 * @returns Shape `[n]`, starting from `startEquity`.
 */
export function unitizedEquity(equity: EquityColumns, startEquity: number, flows: readonly CashFlow[]): Float64Array {
  if (flows.length === 0) return equity.equity
  const out = new Float64Array(equity.equity.length)
  let flow = 0
  let units = startEquity
  let previous = startEquity
  for (let i = 0; i < out.length; i += 1) {
    let deposited = 0
    for (; flow < flows.length && (flows[flow] as CashFlow).tsMs <= (equity.timeMs[i] as number); flow += 1) {
      deposited += (flows[flow] as CashFlow).amount
    }
    const value = equity.equity[i] as number
    if (previous > 0) units *= (value - deposited) / previous
    out[i] = units
    previous = value
  }
  return out
}
