import { DegenerateSeriesError, engleGranger, halfLife, SeriesTooShortError } from '@kestrel/indicators'
import type { BarsView } from '@kestrel/kernel'

/** The relation of two prices as the past shows it: `ln a = intercept + hedgeRatio ln b + spread`. */
export interface PairRelation {
  /** Money in the second that offsets one unit of money in the first. */
  readonly hedgeRatio: number
  readonly intercept: number
  /** Deviation of the spread about zero in the window, log units. */
  readonly deviation: number
  /** Probability of a spread that reverts this well without cointegration. */
  readonly pValue: number
  /** Bars until half of a distance is gone; the window's length stands for no reversion. */
  readonly halfLifeBars: number
}

/** Part of the bars that one of the two may lack. */
const MISSING_RATE = 0.1

/**
 * Estimates the relation over the newest `count` closed bars, on those that both have.
 *
 * @returns Undefined where a history is shorter, more than a tenth of the bars has no counterpart, or the prices do not
 *   allow an estimate (one of them stood still, or they are multiples of each other).
 *
 * Source: Engle and Granger, Co-integration and error correction, Econometrica 55 (1987), with one lagged change.
 */
export function estimatePair(a: BarsView, b: BarsView, count: number): PairRelation | undefined {
  const { logA, logB } = commonLogs(a, b, count)
  const n = logA.length
  if (n < count * (1 - MISSING_RATE)) return undefined
  try {
    const fit = engleGranger(logA, [logB], { lags: 1 })
    const squares = fit.residuals.reduce((sum, each) => sum + each * each, 0)
    const reversion = halfLife(fit.residuals, n - 1, count)
    return {
      hedgeRatio: fit.hedgeRatios[0] as number,
      intercept: fit.intercept,
      deviation: Math.sqrt(squares / n),
      pValue: fit.pValue,
      halfLifeBars: reversion.halfLife[n - 1] as number,
    }
  } catch (error) {
    if (error instanceof DegenerateSeriesError || error instanceof SeriesTooShortError) return undefined
    throw error
  }
}

/** Logarithms of the closes of the newest `count` bars of each that close at the same times, oldest first. */
function commonLogs(
  a: BarsView,
  b: BarsView,
  count: number,
): { readonly logA: Float64Array; readonly logB: Float64Array } {
  const [timesA, timesB] = [a.closeTimeMs.window(count), b.closeTimeMs.window(count)]
  const [closesA, closesB] = [a.close.window(count), b.close.window(count)]
  const logA: number[] = []
  const logB: number[] = []
  let j = 0
  for (let i = 0; i < timesA.length; i++) {
    const timeMs = timesA[i] as number
    while ((timesB[j] ?? Infinity) < timeMs) j++
    if (timesB[j] !== timeMs) continue
    logA.push(Math.log(closesA[i] as number))
    logB.push(Math.log(closesB[j] as number))
  }
  return { logA: Float64Array.from(logA), logB: Float64Array.from(logB) }
}

/** How many deviations the first is dear against the second. */
export function spreadScore(relation: PairRelation, priceA: number, priceB: number): number {
  const spread = Math.log(priceA) - relation.intercept - relation.hedgeRatio * Math.log(priceB)
  return spread / relation.deviation
}
