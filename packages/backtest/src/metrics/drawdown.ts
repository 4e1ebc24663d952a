import type { TimeMs } from '@kestrel/core'

/** A stay below an earlier peak. */
export interface Drawdown {
  /** Last instant at the peak. */
  readonly peakTimeMs: TimeMs
  readonly troughTimeMs: TimeMs
  /** First instant back at the peak; undefined while it lasts. */
  readonly recoveryTimeMs: TimeMs | undefined
  /** Trough over peak, minus 1; negative. */
  readonly depth: number
  /** Money from peak to trough, positive. */
  readonly amount: number
  /** From the peak to the recovery, or to the end. */
  readonly durationMs: number
}

export interface DrawdownStatistics {
  /** min over t of E_t / max E before t, minus 1; zero or negative. */
  readonly maxDrawdown: number
  /** Largest fall of money from a peak, zero or positive; not always the deepest in percent. */
  readonly maxDrawdownAbs: number
  /** Root of the mean square of the drawdown of every bar; undefined without bars. */
  readonly ulcerIndex: number | undefined
  /** Longest time below a peak; 0 where there was none. */
  readonly longestUnderwaterMs: number
  /** Drawdown at the last bar, zero or negative. */
  readonly currentDrawdown: number
  /** The deepest, and its dates; undefined where equity never fell below a peak. */
  readonly deepest: Drawdown | undefined
  /** Deepest first. */
  readonly worst: readonly Drawdown[]
}

/**
 * Drawdowns over every bar, with the start balance as the first peak.
 *
 * @param timeMs - Shape `[n]`, ascending.
 * @param equity - Shape `[n]`.
 * @param startEquity - Positive.
 * @param startTimeMs - Instant of the start balance.
 * @param keep - How many of the worst to return.
 *
 * O(n) time, O(number of drawdowns) memory.
 */
export function drawdowns(
  timeMs: Float64Array,
  equity: Float64Array,
  startEquity: number,
  startTimeMs: TimeMs,
  keep = 10,
): DrawdownStatistics {
  const all: Drawdown[] = []
  let peak = startEquity
  let peakTimeMs = startTimeMs
  let trough = startEquity
  let troughTimeMs = startTimeMs
  let squares = 0
  let amount = 0
  const close = (endMs: TimeMs, recoveryTimeMs: TimeMs | undefined): void => {
    if (trough >= peak) return
    all.push({
      peakTimeMs,
      troughTimeMs,
      recoveryTimeMs,
      depth: trough / peak - 1,
      amount: peak - trough,
      durationMs: endMs - peakTimeMs,
    })
  }
  const n = equity.length
  for (let i = 0; i < n; i += 1) {
    const value = equity[i] as number
    if (value >= peak) {
      const now = timeMs[i] as number
      close(now, now)
      peak = value
      peakTimeMs = now
      trough = value
      continue
    }
    const depth = value / peak - 1
    squares += depth * depth
    if (value < trough) {
      trough = value
      troughTimeMs = timeMs[i] as number
      amount = Math.max(amount, peak - value)
    }
  }
  const endMs = n === 0 ? startTimeMs : (timeMs[n - 1] as number)
  close(endMs, undefined)
  const longestUnderwaterMs = all.reduce((longest, one) => Math.max(longest, one.durationMs), 0)
  const worst = all.toSorted((a, b) => a.depth - b.depth || a.peakTimeMs - b.peakTimeMs).slice(0, keep)
  const deepest = worst[0]
  return {
    maxDrawdown: deepest?.depth ?? 0,
    maxDrawdownAbs: amount,
    ulcerIndex: n === 0 ? undefined : Math.sqrt(squares / n),
    longestUnderwaterMs,
    currentDrawdown: n === 0 ? 0 : Math.min(0, (equity[n - 1] as number) / peak - 1),
    deepest,
    worst,
  }
}

/** Drawdown at each bar, zero or negative, shape `[n]`; the start balance is the first peak. */
export function underwater(equity: Float64Array, startEquity: number): Float64Array {
  const out = new Float64Array(equity.length)
  let peak = startEquity
  for (let i = 0; i < equity.length; i += 1) {
    const value = equity[i] as number
    if (value > peak) peak = value
    out[i] = value / peak - 1
  }
  return out
}
