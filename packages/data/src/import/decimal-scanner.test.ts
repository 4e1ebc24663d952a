import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalOf, DecimalScanner } from './decimal-scanner.ts'

const RUNS = Math.max(1_000, Math.floor(Number(process.env['KESTREL_FUZZ_RUNS'] ?? 2_000) / 2))

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''))
const decimalText = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    digits(0, 22),
    fc.option(digits(0, 25)),
    fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '-', '+'), fc.integer({ min: 0, max: 340 }))),
  )
  .filter(([, whole, fraction]) => whole.length + (fraction ?? '').length > 0)
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? '' : `.${fraction}`, exponent === null ? '' : exponent.join('')].join(''),
  )

describe('decimal scanner', () => {
  test('every decimal text gives the double that Number gives, bit for bit', () => {
    fc.assert(
      fc.property(decimalText, (text) => {
        expect(Object.is(decimalOf(text), Number(text))).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })

  test('every double survives being printed and read', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(decimalOf(String(value)), Number(String(value)))).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })

  test.each([
    ['9007199254740993', 9007199254740992],
    ['0.1', 0.1],
    ['123456789.123456789', 123456789.123456789],
    ['999999999999999999', 1e18],
    ['1e400', Infinity],
    ['.5', 0.5],
    ['5.', 5],
    ['-0', -0],
  ])('%s is %s', (text, value) => {
    expect(Object.is(decimalOf(text), value)).toBe(true)
  })

  test.each(['', '-', '.', 'e5', '1e', '1e+', '1.2.3', '0x10', 'NaN', 'Infinity', ' 1', '1 ', '1_000', '1,5'])(
    'refuses %j',
    (text) => {
      expect(decimalOf(text)).toBeNaN()
    },
  )

  test('stops at the first byte that is no part of the number', () => {
    const scanner = new DecimalScanner()
    const bytes = Buffer.from('x,12.3400,9')
    const out = new Float64Array(2)
    expect(scanner.read(bytes, 2, out, 1)).toBe(9)
    expect([...out]).toEqual([0, 12.34])
    expect(scanner.read(bytes, 0, out, 1)).toBe(-1)
    expect([...out]).toEqual([0, 12.34])
    expect(scanner.mostDecimals).toBe(4)
  })

  test.each([
    ['7.00', 0],
    ['7.10', 2],
    ['0.0000000000', 10],
    ['0.4294967296', 10],
    ['12345678901234567.5', 1],
  ])('counts the decimals that %s may need as %i', (text, decimals) => {
    const scanner = new DecimalScanner()
    scanner.read(Buffer.from(`${text}\n`), 0, new Float64Array(1), 0)
    expect(scanner.mostDecimals).toBe(decimals)
  })
})
