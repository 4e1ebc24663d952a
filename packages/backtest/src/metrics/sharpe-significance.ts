import { normalCdf, normalQuantile } from '@kestrel/core'
import { kurtosis, mean, sampleDeviation, skewness, ZERO_DEVIATION } from './moments.ts'

const EULER_MASCHERONI = 0.5772156649015329

/** The trials a result was chosen from: all that were run, not the ones that were kept. */
export interface Trials {
  /** At least 1. */
  readonly count: number
  /** Sample variance of the trials' Sharpe ratios, per period and not annualised. */
  readonly sharpeVariance: number
}

/** Sharpe per period and the variance term of its estimator; undefined where a moment is. */
function sharpeEstimate(returns: Float64Array): { readonly sharpe: number; readonly spread: number } | undefined {
  const average = mean(returns)
  const deviation = sampleDeviation(returns)
  const skew = skewness(returns)
  const fourth = kurtosis(returns)
  if (average === undefined || deviation === undefined || skew === undefined || fourth === undefined) return undefined
  if (deviation <= ZERO_DEVIATION) return undefined
  const sharpe = average / deviation
  const spread = 1 - skew * sharpe + ((fourth - 1) / 4) * sharpe * sharpe
  return spread > 0 ? { sharpe, spread } : undefined
}

/**
 * Probability that the true Sharpe ratio exceeds a threshold:
 * Phi((SR - SR*) sqrt(n - 1) / sqrt(1 - g3 SR + (g4 - 1)/4 SR^2)), kurtosis g4 not excess, moments with divisor n.
 *
 * @param returns - Per period, shape `[n]`; undefined below four returns or without deviation.
 * @param threshold - SR*, per period.
 * Source: Bailey and Lopez de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012.
 */
export function probabilisticSharpe(returns: Float64Array, threshold = 0): number | undefined {
  const estimate = sharpeEstimate(returns)
  if (estimate === undefined) return undefined
  return normalCdf(((estimate.sharpe - threshold) * Math.sqrt(returns.length - 1)) / Math.sqrt(estimate.spread))
}

/**
 * Sharpe ratio per period that the best of `count` worthless trials is expected to show; 0 for one trial.
 *
 * Source: Bailey and Lopez de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014.
 */
export function expectedMaxSharpe(trials: Trials): number {
  if (trials.count <= 1) return 0
  const usual = normalQuantile(1 - 1 / trials.count)
  const extreme = normalQuantile(1 - 1 / (trials.count * Math.E))
  return Math.sqrt(trials.sharpeVariance) * ((1 - EULER_MASCHERONI) * usual + EULER_MASCHERONI * extreme)
}

/** {@link probabilisticSharpe} against {@link expectedMaxSharpe}: the chance that the result is not luck of the pick. */
export function deflatedSharpe(returns: Float64Array, trials: Trials): number | undefined {
  return probabilisticSharpe(returns, expectedMaxSharpe(trials))
}

/**
 * Least number of returns after which the Sharpe ratio would exceed the threshold at the given confidence; undefined
 * where the observed ratio does not exceed it.
 *
 * Source: Bailey and Lopez de Prado (2012), as {@link probabilisticSharpe}.
 */
export function minimumTrackRecord(returns: Float64Array, threshold = 0, confidence = 0.95): number | undefined {
  const estimate = sharpeEstimate(returns)
  if (estimate === undefined || estimate.sharpe <= threshold) return undefined
  return 1 + estimate.spread * (normalQuantile(confidence) / (estimate.sharpe - threshold)) ** 2
}
