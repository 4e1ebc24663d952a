import { DegenerateSeriesError, InputShapeError, InvalidParameterError, SeriesTooShortError } from '../errors.ts'
import { reduceColumns } from '../linear-algebra/householder.ts'
import { requireSeries } from '../series.ts'
import type { CriticalValues } from '../stationarity/trend.ts'
import { canonicalCorrelations } from './canonical-correlations.ts'
import { detrendColumn } from './detrend-column.ts'
import { MAX_EIGEN_CRITICAL_VALUES, TRACE_CRITICAL_VALUES } from './johansen-critical-values.ts'

/** What the series may do besides: nothing, have levels of their own, or lines. */
export type Deterministic = 'none' | 'constant' | 'trend'

/** Options of {@link johansen}. */
export interface JohansenOptions {
  /** `constant` unless given. */
  readonly deterministic?: Deterministic
  /** Lagged changes in the error-correction model, whole number from 0; 1 unless given. */
  readonly lags?: number
}

/** Test of one rank: that there are no more than so many relations. */
export interface JohansenRankTest {
  /** Relations under the null hypothesis, from 0. */
  readonly rank: number
  /** Against any number more. */
  readonly trace: number
  readonly traceCriticalValues: CriticalValues
  /** Against just one more. */
  readonly maxEigen: number
  readonly maxEigenCriticalValues: CriticalValues
}

/** Outcome of {@link johansen}. */
export interface JohansenResult {
  /** Squared canonical correlations of changes and levels, largest first, 0..1. Shape `[series]`. */
  readonly eigenvalues: Float64Array
  /**
   * `eigenvectors[k]` holds the weights of the series in the relation of `eigenvalues[k]`: the first is the spread that
   * reverts most. Scaled so that the spread, cleared of the short run, has variance 1; the first weight that is not 0 is
   * positive. Divide by one weight for units of that series.
   */
  readonly eigenvectors: readonly Float64Array[]
  /** One test for each rank from 0 to series - 1. */
  readonly tests: readonly JohansenRankTest[]
  /** Relations that the trace test finds at 5 %: the first rank that it does not reject. */
  readonly rank: number
  /** Observations in the model. */
  readonly observations: number
}

/** A squared correlation this near to 1 is 1 to rounding. */
const PERFECT = 1e-12
const MAX_SERIES = 12

/**
 * Johansen's test of cointegration: how many relations between the series revert, and which.
 *
 * @param series - Two to twelve series, usually log prices, oldest first, bar by bar beside each other. Each of shape
 *   `[n]`, finite numbers only.
 * @returns Agrees with `coint_johansen` of statsmodels for one lag and more. With 0 lags the level is that of the bar
 *   before, where statsmodels takes the same bar's, which makes its statistics meaningless. Critical values are
 *   asymptotic, and short samples reject too often. Those for `constant` suppose that the levels drift: without drift
 *   the last rank, which is tested against 3.84 at 5 %, is rejected too often as well.
 * @throws {@link InputShapeError} for columns of different length, fewer than two or more than twelve.
 * @throws {@link InvalidParameterError} for lags that are no whole number from 0.
 * @throws {@link SeriesTooShortError} for series without a degree of freedom.
 * @throws {@link DegenerateSeriesError} where series are constant or exact combinations of each other.
 * @throws {@link InvalidInputError} for NaN or an infinity.
 *
 * O(n (series (lags + 2))^2) time.
 * Source: Johansen, Estimation and hypothesis testing of cointegration vectors in Gaussian vector autoregressive models,
 * Econometrica 59 (1991).
 */
export function johansen(series: readonly Float64Array[], options: JohansenOptions = {}): JohansenResult {
  const count = series.length
  if (count < 2 || count > MAX_SERIES) {
    throw new InputShapeError(`Expected 2 to ${MAX_SERIES} series, got ${count}.`, { series: count })
  }
  requireSeries(series, ['value', ...series.slice(1).map(() => 'other' as const)])
  const lags = options.lags ?? 1
  if (!Number.isInteger(lags) || lags < 0) throw new InvalidParameterError('lags', lags, 'a whole number from 0')
  const deterministic = options.deterministic ?? 'constant'
  const length = (series[0] as Float64Array).length
  const pivots = count * lags
  const columns = pivots + 2 * count
  const rows = length - lags - 1
  // A mean and a line are taken out besides the columns.
  const least = columns + lags + 3
  if (length < least) throw new SeriesTooShortError("Johansen's test", length, least)

  const matrix = modelMatrix(series, lags, rows, deterministic)
  if (reduceColumns(matrix, rows, columns, columns) < columns) {
    throw new DegenerateSeriesError('Series are constant or exact combinations of each other or of their past.')
  }
  const { correlations, vectors } = canonicalCorrelations(matrix, rows, pivots, count)
  // Nearly exact relations pass the check above and are exact to rounding here: there is nothing left to test.
  if (correlations.some((value) => !(value < 1 - PERFECT))) {
    throw new DegenerateSeriesError('The levels explain the changes perfectly: nothing is left to test.')
  }
  const tests = rankTests(correlations, rows, deterministic)
  const accepted = tests.findIndex((test) => test.trace <= test.traceCriticalValues.fivePercent)
  return {
    eigenvalues: correlations,
    eigenvectors: vectors,
    tests,
    rank: accepted === -1 ? count : accepted,
    observations: rows,
  }
}

/** Lagged changes, then levels of the bar before, then changes; each cleared of what is deterministic. */
function modelMatrix(
  series: readonly Float64Array[],
  lags: number,
  rows: number,
  deterministic: Deterministic,
): Float64Array {
  const count = series.length
  const matrix = new Float64Array(rows * count * (lags + 2))
  series.forEach((original, k) => {
    const values = original.slice()
    if (deterministic !== 'none') detrendColumn(values, deterministic === 'trend')
    const change = (i: number): number => (values[i] as number) - (values[i - 1] as number)
    for (let row = 0; row < rows; row++) {
      const i = row + lags + 1
      for (let lag = 1; lag <= lags; lag++) matrix[((lag - 1) * count + k) * rows + row] = change(i - lag)
      matrix[(lags * count + k) * rows + row] = values[i - 1] as number
      matrix[((lags + 1) * count + k) * rows + row] = change(i)
    }
  })
  if (deterministic !== 'none') {
    for (let at = 0; at < matrix.length; at += rows) detrendColumn(matrix.subarray(at, at + rows), false)
  }
  return matrix
}

function rankTests(eigenvalues: Float64Array, observations: number, deterministic: Deterministic): JohansenRankTest[] {
  const count = eigenvalues.length
  const maxEigen = eigenvalues.map((value) => -observations * Math.log1p(-value))
  return Array.from({ length: count }, (_, rank) => ({
    rank,
    trace: maxEigen.subarray(rank).reduce((sum, value) => sum + value, 0),
    traceCriticalValues: criticalValues(TRACE_CRITICAL_VALUES[deterministic][count - rank - 1]),
    maxEigen: maxEigen[rank] as number,
    maxEigenCriticalValues: criticalValues(MAX_EIGEN_CRITICAL_VALUES[deterministic][count - rank - 1]),
  }))
}

function criticalValues(row: readonly [number, number, number] | undefined): CriticalValues {
  const [tenPercent, fivePercent, onePercent] = row as readonly [number, number, number]
  return { onePercent, fivePercent, tenPercent }
}
