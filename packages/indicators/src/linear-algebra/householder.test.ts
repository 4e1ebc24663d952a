import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduceColumns, residualSquares, solveReduced } from './householder.ts'

/** Column-major matrix of the columns. */
function matrixOf(columns: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(columns.flat())
}

// Reference: NIST Statistical Reference Datasets, Norris (a line through 36 points):
// certified intercept -0.262323073774029, slope 1.00211681802045, residual sum of squares 26.6173985294224.
const NORRIS = `0.1 0.2,338.8 337.4,118.1 118.2,888.0 884.6,9.2 10.1,228.1 226.5,668.5 666.3,998.5 996.3,449.1 448.6,
778.9 777.0,559.2 558.2,0.3 0.4,0.1 0.6,778.1 775.5,668.8 666.9,339.3 338.0,448.9 447.5,10.8 11.6,557.7 556.0,
228.3 228.1,998.0 995.8,888.8 887.6,119.6 120.2,0.3 0.3,0.6 0.3,557.6 556.8,339.3 339.1,888.0 887.2,998.5 999.0,
778.9 779.0,10.2 11.1,117.6 118.3,228.9 229.2,668.4 669.1,449.2 448.9,0.2 0.5`
  .split(',')
  .map((pair) => pair.trim().split(' ').map(Number) as [number, number])

test('NIST Norris', () => {
  const rows = NORRIS.length
  const matrix = matrixOf([NORRIS.map(() => 1), NORRIS.map(([, x]) => x), NORRIS.map(([y]) => y)])
  expect(reduceColumns(matrix, rows, 3, 2)).toBe(2)
  const [intercept, slope] = solveReduced(matrix, rows, 2, 2)
  expect(intercept).toBeCloseTo(-0.262323073774029, 11)
  expect(slope).toBeCloseTo(1.00211681802045, 13)
  expect(residualSquares(matrix, rows, 2, 2)).toBeCloseTo(26.6173985294224, 9)
})

test('residuals are at right angles to every column, and shorter fits are read from the same reduction', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 6, max: 30 }), (seed, pivots, rows) => {
      const rng = createRng(seed)
      const columns = Array.from({ length: pivots + 1 }, () => Array.from({ length: rows }, () => rng.nextNormal()))
      const matrix = matrixOf(columns)
      expect(reduceColumns(matrix, rows, pivots + 1, pivots)).toBe(pivots)
      const solution = solveReduced(matrix, rows, pivots, pivots)
      const residuals = (columns[pivots] as number[]).map((value, row) =>
        solution.reduce((rest, weight, k) => rest - weight * (columns[k]?.[row] as number), value),
      )
      for (let k = 0; k < pivots; k++) {
        const product = residuals.reduce((sum, value, row) => sum + value * (columns[k]?.[row] as number), 0)
        expect(Math.abs(product)).toBeLessThan(1e-8)
      }
      const squares = residuals.reduce((sum, value) => sum + value * value, 0)
      expect(residualSquares(matrix, rows, pivots, pivots)).toBeCloseTo(squares, 9)

      const shorter = matrixOf([...columns.slice(0, pivots - 1), columns[pivots] as number[]])
      reduceColumns(shorter, rows, pivots, pivots - 1)
      expect(residualSquares(matrix, rows, pivots - 1, pivots)).toBeCloseTo(
        residualSquares(shorter, rows, pivots - 1, pivots - 1),
        9,
      )
    }),
  )
})

test('stops at a column that depends on those before it', () => {
  const x = [1, 2, 4, 8, 16]
  const matrix = matrixOf([x.map(() => 1), x, x.map((value) => 3 - 2 * value), x])
  expect(reduceColumns(matrix, 5, 4, 3)).toBe(2)
  expect(reduceColumns(new Float64Array(8), 4, 2, 1)).toBe(0)
})
