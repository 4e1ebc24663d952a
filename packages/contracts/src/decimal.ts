import { z } from 'zod'

/** A decimal number as text, without exponent: exact on the wire, where a double is not. At most 400 characters, which any double fits in. */
export const decimalSchema = z
  .string()
  .max(400)
  .regex(/^-?\d+(\.\d+)?$/, 'a decimal number as text, such as "0.01"')
  .meta({ description: 'decimal number as text', example: '64250.17' })

/**
 * Decimal text of a finite number, without exponent: the shortest that reads back as the same double.
 *
 * @throws RangeError for NaN and infinity, which have no place on the wire.
 */
export function decimalOf(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a decimal.`)
  // Adding zero takes the sign from a negative zero.
  const text = String(value + 0)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign = '', first = '', rest = '', exponentText = '0'] = match
  const exponent = Number(exponentText)
  const digits = first + rest
  return exponent < 0 ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}` : `${sign}${digits.padEnd(exponent + 1, '0')}`
}
