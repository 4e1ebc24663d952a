import { symmetricEigen } from '../linear-algebra/symmetric-eigen.ts'

/** Outcome of {@link canonicalCorrelations}. */
export interface CanonicalCorrelations {
  /** Squared, largest first, 0..1. */
  readonly correlations: Float64Array
  /** Weights of the first block of columns that go with each; their combination has variance 1. */
  readonly vectors: readonly Float64Array[]
}

/**
 * Squared canonical correlations of two blocks of columns, after what columns before them explain is taken out.
 *
 * Works on the triangle alone. With the blocks K (levels) and 0 (changes) reduced to R_kk, R_k0 and R_00, the
 * generalised problem S_k0 S_00^-1 S_0k v = l S_kk v turns into the symmetric one R_k0 S_00^-1 R_0k u = l u with
 * u = R_kk v: no product of columns of levels, whose condition would be squared, is ever formed.
 *
 * @param matrix - Column-major, all columns reduced by `reduceColumns`: `before` others, then `size` of K, then `size` of
 *   0.
 */
export function canonicalCorrelations(
  matrix: Float64Array,
  rows: number,
  before: number,
  size: number,
): CanonicalCorrelations {
  const entry = (row: number, column: number): number => matrix[(before + column) * rows + before + row] as number
  // Inner products of the changes: S_00, from the rows of both blocks.
  const product = (i: number, k: number): number => {
    let sum = 0
    for (let row = 0; row < size + Math.min(i, k) + 1; row++) sum += entry(row, size + i) * entry(row, size + k)
    return sum
  }
  const lower = cholesky(product, size)
  // Columns of L^-1 R_0k, where S_00 = L L'.
  const solved = Array.from({ length: size }, (_, row) =>
    forwardSolve(
      lower,
      Float64Array.from({ length: size }, (_unused, k) => entry(row, size + k)),
    ),
  )
  const symmetric = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) symmetric[i * size + k] = dot(solved[i] as Float64Array, solved[k] as Float64Array)
  }
  const { values, vectors } = symmetricEigen(symmetric, size)
  return {
    correlations: values.map((value) => Math.min(Math.max(value, 0), 1 - Number.EPSILON)),
    vectors: vectors.map((u) => {
      const v = backSolve(entry, u)
      const sign = (v.find((weight) => weight !== 0) ?? 1) < 0 ? -1 : 1
      return v.map((weight) => sign * weight * Math.sqrt(rows))
    }),
  }
}

/** Rows of the lower triangle L with L L' = the matrix of `product`. Source: Golub and Van Loan, Matrix Computations. */
function cholesky(product: (i: number, k: number) => number, size: number): Float64Array[] {
  const lower: Float64Array[] = []
  for (let i = 0; i < size; i++) {
    const row = new Float64Array(size)
    for (let k = 0; k <= i; k++) {
      const above = k === i ? row : (lower[k] as Float64Array)
      let value = product(i, k)
      for (let j = 0; j < k; j++) value -= (row[j] as number) * (above[j] as number)
      row[k] = k === i ? Math.sqrt(value) : value / (above[k] as number)
    }
    lower.push(row)
  }
  return lower
}

function forwardSolve(lower: readonly Float64Array[], right: Float64Array): Float64Array {
  const solution = right.slice()
  lower.forEach((row, i) => {
    let value = solution[i] as number
    for (let k = 0; k < i; k++) value -= (row[k] as number) * (solution[k] as number)
    solution[i] = value / (row[i] as number)
  })
  return solution
}

function backSolve(upper: (row: number, column: number) => number, right: Float64Array): Float64Array {
  const solution = right.slice()
  for (let i = right.length - 1; i >= 0; i--) {
    let value = solution[i] as number
    for (let k = i + 1; k < right.length; k++) value -= upper(i, k) * (solution[k] as number)
    solution[i] = value / upper(i, i)
  }
  return solution
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] as number), 0)
}
