/** A column whose part outside the columns before it is below this share of its length counts as their combination. */
const LEAST_INDEPENDENT_SHARE = 1e-12

/**
 * Turn the first `pivots` columns of a matrix into an upper triangle by reflections, which are applied to the columns
 * after them too: the step of a QR decomposition that least squares need.
 *
 * With the last column the explained series, afterwards its entries from row `k` on are, up to rotation, its residuals
 * on the first `k` columns. So one reduction gives the residual sum of squares of every shorter regression as well.
 *
 * @param matrix - Column-major: entry (row, column) is at `column * rows + row`. Overwritten; below the diagonal of the
 *   pivots nothing of meaning is left.
 * @param rows - `rows >= pivots`.
 * @param columns - All columns, `columns >= pivots`.
 * @returns How many of the pivots were reduced: `pivots`, or fewer where the column of that number is, but for rounding,
 *   a combination of those before it. The matrix is usable up to there.
 *
 * O(rows * columns * pivots) time. Backward stable: unlike normal equations it does not square the condition number.
 * Source: Golub and Van Loan, Matrix Computations, section "Householder QR".
 */
export function reduceColumns(matrix: Float64Array, rows: number, columns: number, pivots: number): number {
  for (let pivot = 0; pivot < pivots; pivot++) {
    const at = pivot * rows
    let before = 0
    for (let row = 0; row < pivot; row++) before += (matrix[at + row] as number) ** 2
    let rest = 0
    for (let row = pivot; row < rows; row++) rest += (matrix[at + row] as number) ** 2
    if (!(rest > LEAST_INDEPENDENT_SHARE ** 2 * (before + rest))) return pivot

    const top = matrix[at + pivot] as number
    const diagonal = top > 0 ? -Math.sqrt(rest) : Math.sqrt(rest)
    const head = top - diagonal
    const halfLength = rest - top * diagonal
    for (let column = pivot + 1; column < columns; column++) {
      const other = column * rows
      let product = head * (matrix[other + pivot] as number)
      for (let row = pivot + 1; row < rows; row++) {
        product += (matrix[at + row] as number) * (matrix[other + row] as number)
      }
      const factor = product / halfLength
      matrix[other + pivot] = (matrix[other + pivot] as number) - factor * head
      for (let row = pivot + 1; row < rows; row++) {
        matrix[other + row] = (matrix[other + row] as number) - factor * (matrix[at + row] as number)
      }
    }
    matrix[at + pivot] = diagonal
  }
  return pivots
}

/**
 * Coefficients of the least-squares fit of a reduced column on the pivots, by back substitution.
 *
 * @param matrix - As {@link reduceColumns} leaves it, all pivots reduced.
 * @param column - The explained column, `>= pivots`.
 * @returns Shape `[pivots]`.
 */
export function solveReduced(matrix: Float64Array, rows: number, pivots: number, column: number): Float64Array {
  const solution = new Float64Array(pivots)
  for (let k = pivots - 1; k >= 0; k--) {
    let value = matrix[column * rows + k] as number
    for (let other = k + 1; other < pivots; other++) {
      value -= (matrix[other * rows + k] as number) * (solution[other] as number)
    }
    solution[k] = value / (matrix[k * rows + k] as number)
  }
  return solution
}

/** Residual sum of squares of a reduced column on the first `pivots` columns. */
export function residualSquares(matrix: Float64Array, rows: number, pivots: number, column: number): number {
  let sum = 0
  for (let row = pivots; row < rows; row++) sum += (matrix[column * rows + row] as number) ** 2
  return sum
}
