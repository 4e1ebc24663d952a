import { DegenerateSeriesError, InputShapeError, SeriesTooShortError } from '../errors.ts'
import { reduceColumns, residualSquares, solveReduced } from '../linear-algebra/householder.ts'
import { requireSeries } from '../series.ts'
import { adfStatistic, type LagChoice } from '../stationarity/adf-test.ts'
import { MAX_TABULATED_SERIES, mackinnonCriticalValues, mackinnonProbability } from '../stationarity/mackinnon.ts'
import { type CriticalValues, type Trend, trendColumns } from '../stationarity/trend.ts'

/** Residuals below this share of the explained series are rounding: the series are multiples of each other. */
const LEAST_RESIDUAL_SHARE = 1e-26

/** Options of {@link engleGranger}. */
export interface EngleGrangerOptions {
  /** What the relation holds besides the series: a constant (the default), a constant and a line, or nothing. */
  readonly trend?: Trend
  /** Lagged changes in the test of the residuals; `aic` unless given. */
  readonly lags?: LagChoice
  /** Most lags that a criterion may choose. Schwert's 12 (n / 100)^(1/4), rounded up, unless given. */
  readonly maxLags?: number
}

/** Outcome of {@link engleGranger}. */
export interface EngleGrangerResult {
  /** Units of each regressor that offset one unit of the explained series. Shape `[regressors]`. */
  readonly hedgeRatios: Float64Array
  /** Constant of the relation, at the bar before the first where it has a line; 0 without. */
  readonly intercept: number
  /** Change of the relation a bar; 0 without a line. */
  readonly slope: number
  /** The spread: explained series less what the relation gives. Shape `[n]`. */
  readonly residuals: Float64Array
  /** Dickey-Fuller statistic of the residuals: the more negative, the more evidence of cointegration. */
  readonly statistic: number
  /** Approximate probability of such a statistic without cointegration. */
  readonly pValue: number
  readonly lags: number
  /** Absent where they are not tabulated: without a constant. */
  readonly criticalValues: CriticalValues | undefined
}

/**
 * Engle and Granger's test of cointegration: a least-squares relation between series, and whether its residuals revert.
 * Null hypothesis: they do not, and the relation is spurious. A small p-value speaks for a tradable spread.
 *
 * Which series is explained matters: the other way round gives another hedge ratio and another statistic. The
 * relation is that of the whole sample; to trade on it, fit on the past only.
 *
 * @param explained - One series, usually log prices, oldest first. Shape `[n]`, finite numbers only.
 * @param regressors - One to five others, bar by bar beside it. Each of shape `[n]`.
 * @returns Statistic and p-value agree with `coint` of statsmodels, except that series of nearly perfect fit
 *   (R squared above 0.9999985) are tested like all others rather than given minus infinity.
 * @throws {@link InputShapeError} for columns of different length, none or more than five regressors.
 * @throws {@link InvalidParameterError} for lags that the length does not allow.
 * @throws {@link SeriesTooShortError} for series without a degree of freedom.
 * @throws {@link DegenerateSeriesError} where the regressors depend on each other or explain the series perfectly.
 * @throws {@link InvalidInputError} for NaN or an infinity.
 *
 * O(n (regressors + lags)^2) time.
 * Source: Engle and Granger, Co-integration and error correction, Econometrica 55 (1987); MacKinnon (1994, 2010).
 */
export function engleGranger(
  explained: Float64Array,
  regressors: readonly Float64Array[],
  options: EngleGrangerOptions = {},
): EngleGrangerResult {
  if (regressors.length === 0 || regressors.length >= MAX_TABULATED_SERIES) {
    throw new InputShapeError(`Expected 1 to ${MAX_TABULATED_SERIES - 1} regressors, got ${regressors.length}.`, {
      regressors: regressors.length,
    })
  }
  requireSeries([explained, ...regressors], ['value', ...regressors.map(() => 'other' as const)])
  const trend = options.trend ?? 'constant'
  const fit = fitRelation(explained, regressors, trend)
  const { statistic, lags } = adfStatistic(fit.residuals, 'none', options.lags ?? 'aic', options.maxLags)
  const seriesCount = regressors.length + 1
  return {
    ...fit,
    statistic,
    pValue: mackinnonProbability(statistic, trend, seriesCount),
    lags,
    criticalValues: mackinnonCriticalValues(trend, seriesCount, explained.length - 1),
  }
}

type Relation = Pick<EngleGrangerResult, 'hedgeRatios' | 'intercept' | 'slope' | 'residuals'>

function fitRelation(explained: Float64Array, regressors: readonly Float64Array[], trend: Trend): Relation {
  const rows = explained.length
  const trends = trendColumns(trend)
  const pivots = trends + regressors.length
  if (rows <= pivots) throw new SeriesTooShortError("Engle and Granger's test", rows, pivots + 1)
  const matrix = new Float64Array(rows * (pivots + 1))
  if (trends > 0) matrix.fill(1, 0, rows)
  if (trends > 1) for (let row = 0; row < rows; row++) matrix[rows + row] = row + 1
  regressors.forEach((column, k) => matrix.set(column, (trends + k) * rows))
  matrix.set(explained, pivots * rows)

  if (reduceColumns(matrix, rows, pivots + 1, pivots) < pivots) {
    throw new DegenerateSeriesError('A regressor is constant or a combination of the others.')
  }
  const unexplained = residualSquares(matrix, rows, pivots, pivots)
  if (!(unexplained > LEAST_RESIDUAL_SHARE * residualSquares(matrix, rows, 0, pivots))) {
    throw new DegenerateSeriesError('The regressors explain the series perfectly: nothing is left to test.')
  }
  const coefficients = solveReduced(matrix, rows, pivots, pivots)
  const hedgeRatios = coefficients.slice(trends)
  const intercept = trends > 0 ? (coefficients[0] as number) : 0
  const slope = trends > 1 ? (coefficients[1] as number) : 0
  const residuals = explained.map((value, row) => {
    let residual = value - intercept - slope * (row + 1)
    for (let k = 0; k < regressors.length; k++) {
      residual -= (hedgeRatios[k] as number) * ((regressors[k] as Float64Array)[row] as number)
    }
    return residual
  })
  return { hedgeRatios, intercept, slope, residuals }
}
