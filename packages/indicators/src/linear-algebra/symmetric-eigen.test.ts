import { createRng } from '@kestrel/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { symmetricEigen } from './symmetric-eigen.ts'

// Worked by hand: eigenvalues 3 and 1 along the diagonals of the square.
test('a matrix of two rows', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
  expect(values[0]).toBeCloseTo(3, 14)
  expect(values[1]).toBeCloseTo(1, 14)
  const [first] = vectors as [Float64Array, Float64Array]
  expect((first[0] as number) / (first[1] as number)).toBeCloseTo(1, 14)
})

test('the pairs make up the matrix again, in order, with vectors at right angles', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: -8, max: 8 }), (seed, size, exponent) => {
      const rng = createRng(seed)
      const matrix = new Float64Array(size * size)
      for (let i = 0; i < size; i++) {
        for (let k = 0; k <= i; k++) {
          const value = rng.nextNormal() * 10 ** exponent
          matrix[i * size + k] = value
          matrix[k * size + i] = value
        }
      }
      const { values, vectors } = symmetricEigen(matrix, size)
      expect([...values]).toEqual([...values].sort((a, b) => b - a))
      for (let i = 0; i < size; i++) {
        for (let k = 0; k < size; k++) {
          let entry = 0
          let product = 0
          for (let j = 0; j < size; j++) {
            const vector = vectors[j] as Float64Array
            entry += (values[j] as number) * (vector[i] as number) * (vector[k] as number)
            product += (vectors[i]?.[j] as number) * (vectors[k]?.[j] as number)
          }
          expect(Math.abs(entry - (matrix[i * size + k] as number))).toBeLessThan(1e-12 * 10 ** exponent * size)
          expect(product).toBeCloseTo(i === k ? 1 : 0, 12)
        }
      }
    }),
  )
})
