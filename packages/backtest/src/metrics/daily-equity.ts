import { bucketStart, type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { EquityColumns } from '@kestrel/kernel'

/** Money that entered (positive) or left (negative) the account without being profit. */
export interface CashFlow {
  readonly tsMs: TimeMs
  /** Reporting currency. */
  readonly amount: number
}

export interface DailyEquityOptions {
  /** Distance of two samples, counted from 00:00 UTC (weeks from Monday). Default `1d`. */
  readonly sampling?: Timeframe
  /** Instant of the start balance; default: the time of the first row of equity. */
  readonly startTimeMs?: TimeMs
  /** In order of time. Default none. */
  readonly flows?: readonly CashFlow[]
}

/** Equity at each sampling instant and the return since the one before. Every column has shape `[n]`. */
export interface DailyEquity {
  readonly sampling: Timeframe
  readonly startTimeMs: TimeMs
  readonly startEquity: number
  /** 00:00 UTC of each day; the last entry is the end of the run, wherever in the day it lies. */
  readonly timeMs: Float64Array
  readonly equity: Float64Array
  /** (E_t - F_t) / E_{t-1} - 1, the first against the start balance; F is the net flow since the sample before. */
  readonly returns: Float64Array
}

/**
 * Samples an equity curve at 00:00 UTC.
 *
 * A sample is the last equity known at or before its midnight, so a day without bars has a return of 0. The first
 * return runs from the start balance to the first midnight after it. The last, partial day counts as an observation at
 * the end time; a run that ends at midnight has none. Sampling stops after the first sample at or below zero, because
 * no return is defined from there. O(n + days).
 *
 * @param equity - Columns of shape `[n]`, ascending in time.
 * @param startEquity - Balance before the first bar, positive.
 */
export function dailyEquity(equity: EquityColumns, startEquity: number, options: DailyEquityOptions = {}): DailyEquity {
  const sampling = options.sampling ?? '1d'
  const stepMs = timeframeMs(sampling)
  const rows = equity.timeMs.length
  const startTimeMs = options.startTimeMs ?? equity.timeMs[0] ?? 0
  const endTimeMs = rows === 0 ? startTimeMs : (equity.timeMs[rows - 1] as number)
  const first = bucketStart(startTimeMs, stepMs) + stepMs
  const whole = endTimeMs < first ? 0 : Math.floor((endTimeMs - first) / stepMs) + 1
  const endsOnGrid = whole > 0 && first + (whole - 1) * stepMs === endTimeMs
  const count = rows === 0 ? 0 : whole + (endsOnGrid ? 0 : 1)

  const timeMs = new Float64Array(count)
  const sampled = new Float64Array(count)
  const returns = new Float64Array(count)
  const flows = options.flows ?? []
  let row = 0
  let flow = 0
  let previous = startEquity
  let length = 0
  while (length < count && previous > 0) {
    const instantMs = length < whole ? first + length * stepMs : endTimeMs
    while (row < rows && (equity.timeMs[row] as number) <= instantMs) row += 1
    let deposited = 0
    for (; flow < flows.length && (flows[flow] as CashFlow).tsMs <= instantMs; flow += 1) {
      deposited += (flows[flow] as CashFlow).amount
    }
    const value = row === 0 ? startEquity + deposited : (equity.equity[row - 1] as number)
    timeMs[length] = instantMs
    sampled[length] = value
    returns[length] = (value - deposited) / previous - 1
    previous = value
    length += 1
  }
  return {
    sampling,
    startTimeMs,
    startEquity,
    timeMs: timeMs.subarray(0, length),
    equity: sampled.subarray(0, length),
    returns: returns.subarray(0, length),
  }
}
