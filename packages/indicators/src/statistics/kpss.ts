import { defineIndicator } from '../definition.ts'
import { InvalidPeriodError } from '../errors.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, MAX_PERIOD, periodParam } from '../parameters.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import { kpssProbability, KpssResiduals, type KpssTrend } from '../stationarity/kpss-statistic.ts'
import { TRENDS } from '../stationarity/trend.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 100, 'values in the window', 3),
  { ...periodParam('lags', 5, 'autocovariances in the long-run variance', 0), max: 1000 },
  integerParam('trend', 1, 1, 2, '1 tests around a level, 2 around a line'),
] as const

/** Columns of {@link kpss}. */
export interface KpssColumns {
  /** The larger, the more evidence against stationarity. */
  readonly statistic: Float64Array
  /** Probability of such a statistic under stationarity, cut to 0.01..0.1. */
  readonly pValue: Float64Array
}

function trendOf(period: number, lags: number, trend: number): KpssTrend {
  if (period <= lags) throw new InvalidPeriodError('period', period, lags + 1, MAX_PERIOD)
  return TRENDS[trend] as KpssTrend
}

/**
 * KPSS test over a sliding window: whether the last values wander (a small p-value) or stay around a level or a line.
 *
 * @param values - Any series, oldest first. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Values in the window, integer >= 3 and > `lags`.
 * @param lags - Autocovariances in the long-run variance, 0..1000. Too few reject a persistent series that is stationary.
 * @param trend - What is taken out: 1 a level (the default), 2 a line.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. Where the window is constant (or a straight
 *   line, with trend 2) nothing wanders: statistic 0. p-values are interpolated in the table of the source and so never
 *   outside 0.01..0.1.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(period lags) time a bar, in batch and in streaming: each window is summed afresh.
 * Source: Kwiatkowski, Phillips, Schmidt and Shin, Journal of Econometrics 54 (1992). See {@link kpssTest}.
 */
export function kpss(values: Float64Array, period: number, lags: number, trend: number): KpssColumns {
  checkParams(PARAMS, [period, lags, trend])
  const name = trendOf(period, lags, trend)
  const ready = seriesStart([values], INPUTS) + period - 1
  const statistic = warmupColumn(values.length, ready)
  const pValue = warmupColumn(values.length, ready)
  if (ready >= values.length) return { statistic, pValue }
  const residuals = new KpssResiduals(period, name)
  for (let i = ready; i < values.length; i++) {
    const value = residuals.read(values, i - period + 1) ? residuals.statistic(lags) : 0
    statistic[i] = value
    pValue[i] = kpssProbability(value, name)
  }
  return { statistic, pValue }
}

class KpssState implements IndicatorState {
  readonly #lags: number
  readonly #trend: KpssTrend
  readonly #values: WindowValues
  readonly #residuals: KpssResiduals

  constructor(period: number, lags: number, trend: number) {
    this.#lags = lags
    this.#trend = trendOf(period, lags, trend)
    this.#values = new WindowValues(period)
    this.#residuals = new KpssResiduals(period, this.#trend)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#values.step(inputs[0] as number, isNewBar)) return
    const isTestable = this.#residuals.read(this.#values.values, this.#values.from)
    const value = isTestable ? this.#residuals.statistic(this.#lags) : 0
    outputs[0] = value
    outputs[1] = kpssProbability(value, this.#trend)
  }
}

export const kpssIndicator = defineIndicator({
  name: 'kpss',
  title: 'Rolling KPSS test',
  about: 'Whether the last values wander (small p-value) or stay around a level or a line.',
  source: 'Kwiatkowski, Phillips, Schmidt and Shin (1992), Testing the null hypothesis of stationarity',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['statistic', 'pValue'],
  outputWarmup: (period) => [period - 1, period - 1],
  batch: ([values], [period, lags, trend]) => {
    const columns = kpss(values, period, lags, trend)
    return [columns.statistic, columns.pValue]
  },
  state: (period, lags, trend) => new KpssState(period, lags, trend),
})

/** The stream of {@link kpss}. */
export function createKpss(period: number, lags: number, trend: number): StreamOf<typeof kpssIndicator> {
  return openStream(kpssIndicator, [period, lags, trend])
}
