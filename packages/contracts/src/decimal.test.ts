import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalOf, decimalSchema } from './decimal.ts'

describe('decimalOf', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [64_250.17, '64250.17'],
    [1e-7, '0.0000001'],
    [-1.25e-9, '-0.00000000125'],
    [1e21, '1000000000000000000000'],
    [1.5e22, '15000000000000000000000'],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ])('writes %s as %s', (value, text) => {
    expect(decimalOf(value)).toBe(text)
  })

  test('reads back as the same double, without exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalOf(value)
        expect(text).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(text)).toBe(value + 0)
      }),
    )
  })

  test.each([[Number.NaN], [Infinity], [-Infinity]])('refuses %s', (value) => {
    expect(() => decimalOf(value)).toThrow(RangeError)
  })
})

test.each([['1e5'], ['NaN'], [''], ['.5'], ['1.'], ['0x10'], ['1,5'], [' 1'], ['1'.repeat(401)]])(
  'the wire takes no "%s" for a decimal',
  (text) => {
    expect(decimalSchema.safeParse(text).success).toBe(false)
  },
)
