import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalStep, numberToSteps, roundToSteps, stepsToNumber, stepsToText } from './precision.ts'

const steps = fc.constantFrom('1', '0.1', '0.01', '0.05', '0.25', '0.00001', '0.000000005', '10', '2.5', '0.00000001')

describe('decimalStep', () => {
  test.each([
    ['0.05', 5, 100, 2],
    ['1', 1, 1, 0],
    ['10.50', 105, 10, 1],
    ['0.00000001', 1, 1e8, 8],
  ])('reads %s as a mantissa over a scale', (text, mantissa, scale, decimals) => {
    expect(decimalStep(text)).toMatchObject({ mantissa, scale, decimals })
  })

  test.each([['0'], ['0.00'], ['-1'], ['1e-5'], [''], ['.5'], ['abc'], ['1234567890123456789']])(
    'refuses "%s"',
    (text) => {
      expect(() => decimalStep(text)).toThrow(expect.objectContaining({ code: 'CORE_STEP' }))
    },
  )
})

describe('stepsToNumber', () => {
  // The reference is the engine's own decimal parser: the double nearest to the text.
  test('gives the double nearest to the decimal value', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (text, n) => {
        const step = decimalStep(text)
        expect(stepsToNumber(n, step)).toBe(Number(stepsToText(n, step)))
      }),
    )
  })
})

describe('numberToSteps', () => {
  test('is the inverse of stepsToNumber', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 1_000_000_000 }), (text, n) => {
        const step = decimalStep(text)
        expect(numberToSteps(stepsToNumber(n, step), step, 'Price')).toBe(n)
      }),
    )
  })

  test.each([[0.300_000_000_000_000_04], [0.35], [Number.NaN], [Infinity], [1e300]])(
    'refuses %s on a grid of 0.1',
    (value) => {
      expect(() => numberToSteps(value, decimalStep('0.1'), 'Price')).toThrow(
        expect.objectContaining({ name: 'OffGridError' }),
      )
    },
  )

  test('names the nearest value on the grid', () => {
    expect(() => numberToSteps(0.123, decimalStep('0.01'), 'Limit price')).toThrow(
      expect.objectContaining({
        message: 'Limit price 0.123 is not a multiple of 0.01.',
        hint: expect.stringContaining('0.12'),
      }),
    )
  })
})

describe('roundToSteps', () => {
  test.each([
    [0.29, 'down', 2],
    [0.29, 'up', 3],
    [0.25, 'nearest', 3],
    // Three times 0.1 is 0.30000000000000004: three steps, never four.
    [0.1 * 3, 'up', 3],
    [0.1 * 3, 'down', 3],
    // 0.7 / 0.1 is 6.999999999999999 in binary: seven steps, never six.
    [0.7, 'down', 7],
  ] as const)('brings %s onto a grid of 0.1, rounding %s', (value, mode, expected) => {
    expect(roundToSteps(value, decimalStep('0.1'), mode)).toBe(expected)
  })

  test('never moves a value that is on the grid', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.constantFrom('down', 'up', 'nearest'),
        (text, n, mode) => {
          const step = decimalStep(text)
          expect(roundToSteps(stepsToNumber(n, step), step, mode as 'down')).toBe(n)
        },
      ),
    )
  })

  test.each([[Number.NaN], [Infinity], [-Infinity]])('refuses %s', (value) => {
    expect(() => roundToSteps(value, decimalStep('0.1'), 'down')).toThrow(
      expect.objectContaining({ code: 'CORE_NOT_FINITE' }),
    )
  })
})

test('text has no exponent and all decimals', () => {
  expect(stepsToText(1, decimalStep('0.00000001'))).toBe('0.00000001')
  expect(stepsToText(-1250, decimalStep('0.01'))).toBe('-12.50')
  expect(stepsToText(3, decimalStep('10'))).toBe('30')
})
