import { DegenerateSeriesError, InvalidParameterError, SeriesTooShortError } from '../errors.ts'
import { requireSeries } from '../series.ts'
import { AdfRegression, leastAdfLength } from './adf-regression.ts'
import { mackinnonCriticalValues, mackinnonProbability } from './mackinnon.ts'
import { type CriticalValues, schwertLags, type Trend, trendColumns } from './trend.ts'

/** Lagged changes in the regression: a fixed number, or the number with the least Akaike or Schwarz criterion. */
export type LagChoice = number | 'aic' | 'bic'

/** Options of {@link adfTest}. */
export interface AdfTestOptions {
  /** What the series may do besides: stay around a level (the default), or around a line, or around zero. */
  readonly trend?: Trend
  /** `aic` unless given. */
  readonly lags?: LagChoice
  /** Most lags that a criterion may choose. Schwert's 12 (n / 100)^(1/4), rounded up, unless given. */
  readonly maxLags?: number
}

/** Outcome of {@link adfTest}. */
export interface AdfTestResult {
  /** t-statistic of the level: the more negative, the more evidence against a unit root. */
  readonly statistic: number
  /** Approximate probability of such a statistic under a unit root. */
  readonly pValue: number
  /** Lagged changes in the regression. */
  readonly lags: number
  /** Observations in the regression. */
  readonly observations: number
  readonly criticalValues: CriticalValues
}

/**
 * Augmented Dickey-Fuller test of a whole series. Null hypothesis: it has a unit root (it is a random walk, perhaps with
 * drift). A small p-value speaks for reversion.
 *
 * @param values - Any series, oldest first, usually a log price or a spread. Shape `[n]`, finite numbers only.
 * @returns Statistic, approximate asymptotic p-value (MacKinnon 1994), and critical values for the number of
 *   observations (MacKinnon 2010). A criterion compares all numbers of lags on the same observations; the chosen
 *   regression is then made on all it can use. Agrees with `adfuller` of statsmodels.
 * @throws {@link InvalidParameterError} for lags that are no whole number from 0 to what the length allows.
 * @throws {@link SeriesTooShortError} for a series without a degree of freedom.
 * @throws {@link DegenerateSeriesError} for a constant series, or one that its own past explains perfectly.
 * @throws {@link InvalidInputError} for NaN or an infinity.
 *
 * O(n lags^2) time.
 * Source: Said and Dickey, Testing for unit roots in autoregressive-moving average models of unknown order, Biometrika 71
 * (1984).
 */
export function adfTest(values: Float64Array, options: AdfTestOptions = {}): AdfTestResult {
  requireSeries([values], ['value'])
  const trend = options.trend ?? 'constant'
  const { statistic, lags, observations } = adfStatistic(values, trend, options.lags ?? 'aic', options.maxLags)
  return {
    statistic,
    pValue: mackinnonProbability(statistic, trend, 1),
    lags,
    observations,
    criticalValues: mackinnonCriticalValues(trend, 1, observations) as CriticalValues,
  }
}

/** The statistic alone, of checked values, with the lags that were chosen. */
export function adfStatistic(
  values: Float64Array,
  trend: Trend,
  choice: LagChoice,
  maxLags: number | undefined,
): Pick<AdfTestResult, 'statistic' | 'lags' | 'observations'> {
  const length = values.length
  const most = Math.floor(length / 2) - trendColumns(trend) - 1
  if (length < leastAdfLength(0, trend) || most < 0) {
    throw new SeriesTooShortError('The augmented Dickey-Fuller test', length, leastAdfLength(0, trend))
  }
  const lags = chooseLags(values, trend, choice, maxLags, most)
  const regression = new AdfRegression(length, lags, trend)
  const statistic = regression.statistic(values, 0)
  if (Number.isNaN(statistic)) throw degenerate()
  return { statistic, lags, observations: regression.observations }
}

function chooseLags(
  values: Float64Array,
  trend: Trend,
  choice: LagChoice,
  maxLags: number | undefined,
  most: number,
): number {
  if (typeof choice === 'number') return checkedLags('lags', choice, most)
  const longest =
    maxLags === undefined ? Math.min(most, schwertLags(values.length)) : checkedLags('maxLags', maxLags, most)
  const regression = new AdfRegression(values.length, longest, trend)
  const lags = regression.bestLags(values, 0, choice === 'aic' ? 2 : Math.log(regression.observations))
  if (lags === undefined) throw degenerate()
  return lags
}

function checkedLags(name: string, lags: number, most: number): number {
  if (Number.isInteger(lags) && lags >= 0 && lags <= most) return lags
  throw new InvalidParameterError(name, lags, `a whole number from 0 to ${most}, which the length of the series allows`)
}

function degenerate(): DegenerateSeriesError {
  return new DegenerateSeriesError('The series is constant, or its own past explains it perfectly: it has no test.')
}
