import { expect, test } from 'vitest'
import { differs } from './difference.ts'

test.each([
  ['equal text', 'a', 'a', 0, 0],
  ['other text', 'a', 'b', 0, 1],
  ['equality asked for', 1, 1 + 1e-15, 0, 1],
  ['within the tolerance, relative', 977_205_377.575, 977_205_377.5750001, 1e-12, 0],
  ['beyond the tolerance', 1, 1.1, 1e-2, 1],
  ['something that is no number', undefined, 1, 1, 1],
  ['not a number at all', Number.NaN, 1, 1, 1],
])('%s', (_, found, right, tolerance, count) => {
  expect(differs('value', found, right, tolerance)).toHaveLength(count)
})
