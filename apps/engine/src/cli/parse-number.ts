import { UsageError } from '@kestrel/core'

/**
 * A number as written behind a flag.
 *
 * @throws UsageError `CLI_NUMBER` for anything else, NaN and infinity included.
 */
export function parseNumber(text: string, flag: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `${flag} ${text} is not a number.`,
    meta: { flag, text },
  })
}

/**
 * A whole number as written behind a flag; `1_000_000` may be grouped with underscores.
 *
 * @throws UsageError `CLI_NUMBER`.
 */
export function parseWhole(text: string, flag: string): number {
  const value = /^[+-]?\d[\d_]*$/.test(text.trim()) ? Number(text.replaceAll('_', '')) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new UsageError({
    code: 'CLI_NUMBER',
    message: `${flag} ${text} is not a whole number.`,
    meta: { flag, text },
  })
}

/**
 * A whole number that counts something: 1 or more.
 *
 * @throws UsageError `CLI_NUMBER`.
 */
export function parseCount(text: string, flag: string): number {
  const value = parseWhole(text, flag)
  if (value >= 1) return value
  throw new UsageError({ code: 'CLI_NUMBER', message: `${flag} ${text} is less than 1.`, meta: { flag, text } })
}
