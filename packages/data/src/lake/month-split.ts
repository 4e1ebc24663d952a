import { lowerBound } from '@kestrel/core'

import type { DataKind } from '../dataset.ts'
import { timeUnitsPerMs } from '../columns/named-column.ts'

/** Rows of one UTC month: positions `start` to `end` (exclusive). */
export interface MonthRows {
  /** `2024-05`. */
  readonly month: string
  readonly start: number
  readonly end: number
}

/** Splits ordered rows by the UTC month of their time. Months without rows are left out. */
export function splitByMonth(kind: DataKind, times: Float64Array): readonly MonthRows[] {
  const perMs = timeUnitsPerMs(kind)
  const months: MonthRows[] = []
  for (let start = 0; start < times.length;) {
    const date = new Date(Math.floor((times[start] as number) / perMs))
    const nextMonthMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
    const end = lowerBound(times, nextMonthMs * perMs)
    months.push({ month: date.toISOString().slice(0, 7), start, end })
    start = end
  }
  return months
}

/** First instant of a month given as `2024-05`, and of the next. */
export function monthSpan(month: string): { fromMs: number; toMs: number } {
  const [year = 1970, number = 1] = month.split('-').map(Number)
  return { fromMs: Date.UTC(year, number - 1), toMs: Date.UTC(year, number) }
}
