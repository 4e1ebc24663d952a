import { reduceColumns, residualSquares } from '../linear-algebra/householder.ts'
import { type Trend, trendColumns } from './trend.ts'

/** Residuals below this share of what is explained are rounding: a perfect fit, whose t-statistic means nothing. */
const LEAST_RESIDUAL_SHARE = 1e-26

/** Fewest values for which the regression has a degree of freedom left. */
export function leastAdfLength(lags: number, trend: Trend): number {
  return 2 * lags + trendColumns(trend) + 3
}

/**
 * The regression of the augmented Dickey-Fuller test on a run of values: the change on the level before it, `lags` changes
 * before and the trend. One object holds the matrix and is used for any number of runs of the same length.
 *
 * The run is taken relative to its first value (where there is a constant) and to its largest, which leaves the
 * statistic alone and keeps the digits at any price level.
 */
export class AdfRegression {
  readonly #count: number
  readonly #lags: number
  readonly #trend: Trend
  readonly #trendColumns: number
  readonly #columns: number
  readonly #matrix: Float64Array
  /** Observations: changes with all their lags. */
  readonly observations: number

  /** @param count - Values in a run, at least {@link leastAdfLength}. */
  constructor(count: number, lags: number, trend: Trend) {
    this.#count = count
    this.#lags = lags
    this.#trend = trend
    this.#trendColumns = trendColumns(trend)
    this.#columns = this.#trendColumns + 1 + lags
    this.observations = count - lags - 1
    this.#matrix = new Float64Array(this.observations * (this.#columns + 1))
  }

  /**
   * t-statistic of the level in `values[from .. from + count - 1]`; NaN where the run is constant, its columns depend on
   * each other or they explain it perfectly.
   */
  statistic(values: Float64Array, from: number): number {
    const rows = this.observations
    const columns = this.#columns
    const matrix = this.#matrix
    // The level last: then its coefficient and its error are in one corner of the triangle.
    if (!this.#fill(values, from, columns - 1, this.#trendColumns)) return Number.NaN
    if (reduceColumns(matrix, rows, columns + 1, columns) < columns) return Number.NaN
    const squares = residualSquares(matrix, rows, columns, columns)
    const total = residualSquares(matrix, rows, 0, columns)
    if (!(squares > LEAST_RESIDUAL_SHARE * total)) return Number.NaN
    const explained = matrix[columns * rows + columns - 1] as number
    const diagonal = matrix[(columns - 1) * rows + columns - 1] as number
    return (Math.sign(diagonal) * explained) / Math.sqrt(squares / (rows - columns))
  }

  /**
   * Number of lags from 0 to the regression's own with the least information criterion, all judged on the same
   * observations.
   *
   * @param penalty - What a coefficient costs: 2 for Akaike's criterion, ln(observations) for Schwarz's.
   * @returns undefined where the run is constant, its columns depend on each other or they explain it perfectly.
   */
  bestLags(values: Float64Array, from: number, penalty: number): number | undefined {
    const rows = this.observations
    const columns = this.#columns
    const matrix = this.#matrix
    // The lags last: one reduction holds the residuals of every shorter regression.
    if (!this.#fill(values, from, this.#trendColumns, this.#trendColumns + 1)) return undefined
    if (reduceColumns(matrix, rows, columns + 1, columns) < columns) return undefined
    let squares = residualSquares(matrix, rows, columns, columns)
    const total = residualSquares(matrix, rows, 0, columns)
    if (!(squares > LEAST_RESIDUAL_SHARE * total)) return undefined
    let best = this.#lags
    let least = Infinity
    for (let lags = this.#lags; lags >= 0; lags--) {
      const coefficients = this.#trendColumns + 1 + lags
      const criterion = rows * Math.log(squares / rows) + penalty * coefficients
      if (criterion <= least) {
        least = criterion
        best = lags
      }
      squares += (matrix[columns * rows + coefficients - 1] as number) ** 2
    }
    return best
  }

  /** Write the columns, scaled; false where the run is constant. */
  #fill(values: Float64Array, from: number, levelColumn: number, lagColumn: number): boolean {
    const rows = this.observations
    const lags = this.#lags
    const matrix = this.#matrix
    const shift = this.#trend === 'none' ? 0 : (values[from] as number)
    let scale = 0
    let moves = false
    for (let i = from; i < from + this.#count; i++) {
      scale = Math.max(scale, Math.abs((values[i] as number) - shift))
      moves ||= values[i] !== values[from]
    }
    if (!moves) return false
    if (this.#trendColumns > 0) matrix.fill(1, 0, rows)
    if (this.#trendColumns > 1) for (let row = 0; row < rows; row++) matrix[rows + row] = (row + 1) / rows
    for (let row = 0; row < rows; row++) {
      const i = from + lags + 1 + row
      matrix[levelColumn * rows + row] = ((values[i - 1] as number) - shift) / scale
      for (let lag = 0; lag <= lags; lag++) {
        const column = lag === 0 ? this.#columns : lagColumn + lag - 1
        matrix[column * rows + row] = ((values[i - lag] as number) - (values[i - lag - 1] as number)) / scale
      }
    }
    return true
  }
}
