/** Eigenvalues, largest first, with an orthonormal set of eigenvectors. */
export interface SymmetricEigen {
  readonly values: Float64Array
  /** `vectors[k]` belongs to `values[k]`; length 1, its sign is arbitrary. */
  readonly vectors: readonly Float64Array[]
}

const MAX_SWEEPS = 60

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations.
 *
 * @param matrix - Symmetric, `size` squared entries. Not changed.
 * @returns All `size` pairs, to the last digits that the matrix has.
 *
 * O(size^3) time a sweep and some six to ten sweeps: for matrices of up to a few dozen rows.
 * Source: Golub and Van Loan, Matrix Computations, section "Jacobi methods".
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice()
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  for (let sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a, size); sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q)
  }
  const order = Array.from({ length: size }, (_, k) => k)
  order.sort((i, k) => (a[k * size + k] as number) - (a[i * size + i] as number))
  return {
    values: Float64Array.from(order, (k) => a[k * size + k] as number),
    vectors: order.map((k) => Float64Array.from({ length: size }, (_, row) => v[row * size + k] as number)),
  }
}

function isDiagonal(a: Float64Array, size: number): boolean {
  let outside = 0
  let inside = 0
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      if (i === k) inside += (a[i * size + k] as number) ** 2
      else outside += (a[i * size + k] as number) ** 2
    }
  }
  return outside <= 1e-36 * inside
}

/** Make entry (p, q) zero by a rotation in the plane of p and q; `v` gathers the rotations. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
  const apq = a[p * size + q] as number
  if (apq === 0) return
  const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq)
  // The smaller of the two angles keeps the rotations converging.
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, cosine, sine)
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, cosine, sine)
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q, cosine, sine)
}

function turn(m: Float64Array, i: number, k: number, cosine: number, sine: number): void {
  const x = m[i] as number
  const y = m[k] as number
  m[i] = cosine * x - sine * y
  m[k] = sine * x + cosine * y
}
