import { DataError } from '@kestrel/core'

/** An exact number of 10^-18 units, so that sums of money and quantities carry no error of rounding. */
export type Amount = bigint

const DECIMALS = 18
const ONE = 10n ** BigInt(DECIMALS)

/**
 * The amount that a decimal names: a text exactly, a number by its shortest decimal, cut after 18 decimals.
 *
 * @throws DataError `ACCOUNTING_NUMBER` for anything else, and for a text of more than 18 decimals
 */
export function amountOf(value: string | number): Amount {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value).trim())
  if (match === null || (typeof value === 'number' && !Number.isFinite(value))) throw noNumber(value)
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const shift = DECIMALS - fraction.length + Number(exponent)
  const digits = BigInt(whole + fraction)
  const divisor = 10n ** BigInt(Math.max(0, -shift))
  const isExact = typeof value === 'number' || digits % divisor === 0n
  if (Math.abs(shift) > 1_000 || !isExact) throw noNumber(value)
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / divisor
  return sign === '-' ? -magnitude : magnitude
}

/** Shortest decimal text, without exponent. */
export function amountText(amount: Amount): string {
  const magnitude = amount < 0n ? -amount : amount
  const fraction = (magnitude % ONE).toString().padStart(DECIMALS, '0').replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${magnitude / ONE}${fraction === '' ? '' : `.${fraction}`}`
}

/** `a * b`, cut after 18 decimals. */
export function times(a: Amount, b: Amount): Amount {
  return (a * b) / ONE
}

/** `a / b`, cut after 18 decimals. */
export function dividedBy(a: Amount, b: Amount): Amount {
  return (a * ONE) / b
}

/** The share of `whole` that `part` is of `all`, cut after 18 decimals; all of it where part is all. */
export function shareOf(whole: Amount, part: Amount, all: Amount): Amount {
  return (whole * part) / all
}

function noNumber(value: string | number): DataError {
  return new DataError({
    code: 'ACCOUNTING_NUMBER',
    message: `"${value}" is no decimal number of at most 18 decimals.`,
    meta: { value: String(value) },
  })
}
