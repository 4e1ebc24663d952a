import type { TimeMs } from '@kestrel/core'
import type { DailyEquity } from './daily-equity.ts'

/** Return of one calendar month or year, UTC. */
export interface PeriodReturn {
  readonly year: number
  /** 1 to 12; undefined for a year. */
  readonly month: number | undefined
  /** Compounded; the first and the last period may be partial. */
  readonly totalReturn: number
  /** Returns that were compounded. */
  readonly observations: number
}

/** A day and its return. */
export interface DatedReturn {
  /** 00:00 UTC at the end of the period, or the end of the run. */
  readonly endTimeMs: TimeMs
  readonly totalReturn: number
}

/** Returns compounded by calendar month, oldest first. A sample at 00:00 UTC belongs to the day that it ends. */
export function monthlyReturns(daily: DailyEquity): PeriodReturn[] {
  return grouped(daily, true)
}

/** Returns compounded by calendar year, oldest first. */
export function yearlyReturns(daily: DailyEquity): PeriodReturn[] {
  return grouped(daily, false)
}

function grouped(daily: DailyEquity, byMonth: boolean): PeriodReturn[] {
  const periods: PeriodReturn[] = []
  let key = ''
  let growth = 1
  let count = 0
  let year = 0
  let month = 0
  const push = (): void => {
    if (count === 0) return
    periods.push({ year, month: byMonth ? month : undefined, totalReturn: growth - 1, observations: count })
  }
  for (let i = 0; i < daily.returns.length; i += 1) {
    const date = new Date((daily.timeMs[i] as number) - 1)
    const next = byMonth ? `${date.getUTCFullYear()}-${date.getUTCMonth()}` : `${date.getUTCFullYear()}`
    if (next !== key) {
      push()
      key = next
      growth = 1
      count = 0
      year = date.getUTCFullYear()
      month = date.getUTCMonth() + 1
    }
    growth *= 1 + (daily.returns[i] as number)
    count += 1
  }
  push()
  return periods
}

/** Best and worst single observation; undefined without any. */
export function extremes(daily: DailyEquity): { readonly best: DatedReturn; readonly worst: DatedReturn } | undefined {
  const n = daily.returns.length
  if (n === 0) return undefined
  let best = 0
  let worst = 0
  for (let i = 1; i < n; i += 1) {
    if ((daily.returns[i] as number) > (daily.returns[best] as number)) best = i
    if ((daily.returns[i] as number) < (daily.returns[worst] as number)) worst = i
  }
  const at = (index: number): DatedReturn => ({
    endTimeMs: daily.timeMs[index] as number,
    totalReturn: daily.returns[index] as number,
  })
  return { best: at(best), worst: at(worst) }
}
