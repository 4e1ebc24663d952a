import { expect } from 'vitest'

/** Both columns are NaN at the same places, and elsewhere within `relative` of the expected value plus `absolute`. */
export function expectColumn(
  got: Float64Array,
  want: Float64Array,
  { relative = 1e-10, absolute = 1e-12, from = 0 } = {},
): void {
  expect(got.length).toBe(want.length)
  for (let i = from; i < want.length; i++) {
    const a = got[i] as number
    const b = want[i] as number
    if (Number.isNaN(a) && Number.isNaN(b)) continue
    if (!(Math.abs(a - b) <= relative * Math.abs(b) + absolute)) expect.fail(`entry ${i}: ${a}, expected ${b}`)
  }
}
