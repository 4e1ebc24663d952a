import { defineIndicator } from '../definition.ts'
import { InvalidPeriodError } from '../errors.ts'
import { openStream, type StreamOf } from '../named-stream.ts'
import { checkParams, integerParam, MAX_PERIOD, periodParam } from '../parameters.ts'
import { WindowValues } from '../recurrence/window-values.ts'
import { seriesStart, warmupColumn } from '../series.ts'
import { AdfRegression, leastAdfLength } from '../stationarity/adf-regression.ts'
import { mackinnonProbability } from '../stationarity/mackinnon.ts'
import { type Trend, TRENDS } from '../stationarity/trend.ts'
import type { IndicatorState } from '../stream.ts'

const INPUTS = ['value'] as const
const PARAMS = [
  periodParam('period', 100, 'values in the window', 4),
  { ...periodParam('lags', 1, 'lagged changes in the regression', 0), max: 100 },
  integerParam('trend', 1, 0, 2, '0 tests around zero, 1 around a level, 2 around a line'),
] as const

/** Columns of {@link adf}. */
export interface AdfColumns {
  /** t-statistic of the level: the more negative, the more evidence against a unit root. */
  readonly statistic: Float64Array
  /** Approximate probability of such a statistic under a unit root, 0..1. */
  readonly pValue: Float64Array
}

function trendOf(period: number, lags: number, trend: number): Trend {
  const name = TRENDS[trend] as Trend
  const least = leastAdfLength(lags, name)
  if (period < least) throw new InvalidPeriodError('period', period, least, MAX_PERIOD)
  return name
}

/** What no regression can tell from a walk is a walk. */
const NO_EVIDENCE = { statistic: 0, pValue: 1 }

/**
 * Augmented Dickey-Fuller test over a sliding window: whether the last values revert (a small p-value) or wander.
 *
 * @param values - Any series, oldest first, usually a log price or a spread. Shape `[n]`; leading NaN shift the warm-up.
 * @param period - Values in the window, integer >= 2 `lags` + `trend` + 3.
 * @param lags - Lagged changes in the regression, 0..100. Fixed: {@link adfTest} can choose them for a whole series.
 * @param trend - What is taken out: 0 nothing, 1 a constant (the default), 2 a constant and a line.
 * @returns Columns of shape `[n]`; the first `period - 1` entries are NaN. Where the window is constant or explained
 *   perfectly by its own past there is no test: statistic 0 and p-value 1. p-values are asymptotic; those of
 *   overlapping windows are not independent.
 * @throws {@link InvalidPeriodError} or {@link InvalidParameterError} for bad parameters.
 * @throws {@link InvalidInputError} for an infinity, or NaN after the first number.
 *
 * Causal. O(period lags^2) time a bar, in batch and in streaming: each window is decomposed afresh.
 * Source: Said and Dickey, Biometrika 71 (1984); p-values by MacKinnon (1994). See {@link adfTest}.
 */
export function adf(values: Float64Array, period: number, lags: number, trend: number): AdfColumns {
  checkParams(PARAMS, [period, lags, trend])
  const name = trendOf(period, lags, trend)
  const ready = seriesStart([values], INPUTS) + period - 1
  const statistic = warmupColumn(values.length, ready)
  const pValue = warmupColumn(values.length, ready)
  if (ready >= values.length) return { statistic, pValue }
  const regression = new AdfRegression(period, lags, name)
  for (let i = ready; i < values.length; i++) {
    const value = regression.statistic(values, i - period + 1)
    const hasTest = !Number.isNaN(value)
    statistic[i] = hasTest ? value : NO_EVIDENCE.statistic
    pValue[i] = hasTest ? mackinnonProbability(value, name, 1) : NO_EVIDENCE.pValue
  }
  return { statistic, pValue }
}

class AdfState implements IndicatorState {
  readonly #trend: Trend
  readonly #values: WindowValues
  readonly #regression: AdfRegression

  constructor(period: number, lags: number, trend: number) {
    this.#trend = trendOf(period, lags, trend)
    this.#values = new WindowValues(period)
    this.#regression = new AdfRegression(period, lags, this.#trend)
  }

  step(inputs: Float64Array, isNewBar: boolean, outputs: Float64Array): void {
    if (!this.#values.step(inputs[0] as number, isNewBar)) return
    const value = this.#regression.statistic(this.#values.values, this.#values.from)
    const hasTest = !Number.isNaN(value)
    outputs[0] = hasTest ? value : NO_EVIDENCE.statistic
    outputs[1] = hasTest ? mackinnonProbability(value, this.#trend, 1) : NO_EVIDENCE.pValue
  }
}

export const adfIndicator = defineIndicator({
  name: 'adf',
  title: 'Rolling augmented Dickey-Fuller test',
  about: 'Whether the last values revert (small p-value) or wander like a random walk.',
  source: 'Said and Dickey (1984), Testing for unit roots; MacKinnon (1994) for the p-values',
  inputs: INPUTS,
  params: PARAMS,
  outputs: ['statistic', 'pValue'],
  outputWarmup: (period) => [period - 1, period - 1],
  batch: ([values], [period, lags, trend]) => {
    const columns = adf(values, period, lags, trend)
    return [columns.statistic, columns.pValue]
  },
  state: (period, lags, trend) => new AdfState(period, lags, trend),
})

/** The stream of {@link adf}. */
export function createAdf(period: number, lags: number, trend: number): StreamOf<typeof adfIndicator> {
  return openStream(adfIndicator, [period, lags, trend])
}
