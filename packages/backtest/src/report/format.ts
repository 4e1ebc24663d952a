import { isoDay, isoTime, type TimeMs } from '@kestrel/core'

/** What stands where a metric is undefined. */
const NOT_AVAILABLE = 'n/a'

const MINUS = '\u2212'

/** Digits in groups of three, a true minus sign, never `-0.00`. */
function grouped(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  const [whole = '0', fraction] = text.split('.')
  const body = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`)
  return value < 0 && Number(text) !== 0 ? MINUS + body : body
}

/** A plain number; `n/a` where undefined or not finite. */
export function number(value: number | undefined, digits = 2): string {
  return value === undefined || !Number.isFinite(value) ? NOT_AVAILABLE : grouped(value, digits)
}

/** A fraction as percent: 0.1234 is `12.34%`. */
export function percent(value: number | undefined, digits = 2): string {
  return value === undefined || !Number.isFinite(value) ? NOT_AVAILABLE : `${grouped(value * 100, digits)}%`
}

/** With a plus sign where positive after rounding. */
export function signedPercent(value: number | undefined, digits = 2): string {
  const text = percent(value, digits)
  return value !== undefined && Number((value * 100).toFixed(digits)) > 0 ? `+${text}` : text
}

/** Money: cents below 10,000, whole units above 1,000,000, more digits for the very small. */
export function money(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NOT_AVAILABLE
  const size = Math.abs(value)
  return grouped(value, size >= 1e6 ? 0 : size >= 1 || size === 0 ? 2 : 6)
}

/** Money with a plus sign where positive. */
export function signedMoney(value: number | undefined): string {
  return value !== undefined && value > 0 ? `+${money(value)}` : money(value)
}

/** A price or quantity, up to eight significant digits without trailing zeros. */
export function compactNumber(value: number): string {
  if (!Number.isFinite(value)) return NOT_AVAILABLE
  const size = Math.abs(value)
  const digits = size === 0 ? 0 : Math.max(0, Math.min(10, 7 - Math.floor(Math.log10(size))))
  const [whole = '0', fraction = ''] = grouped(value, digits).split('.')
  const kept = fraction.replace(/0+$/, '')
  return kept === '' ? whole : `${whole}.${kept}`
}

/** Decimals that show a size, which is positive, with its first two digits, at least `least` of them and ten at most. */
export function decimalsFor(size: number, least: number): number {
  return size > 0 ? Math.min(10, Math.max(least, 1 - Math.floor(Math.log10(size)))) : least
}

/**
 * An axis label: 1,200,000 is `1.2M`.
 *
 * @param step - Distance to the next label, which the decimals tell apart.
 */
export function axisNumber(value: number, step?: number): string {
  const size = Math.abs(value)
  const [divisor, unit] = size >= 1e9 ? [1e9, 'B'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, '']
  const scaled = value / divisor
  if (Number.isInteger(scaled)) return grouped(scaled, 0) + unit
  const least = Math.abs(scaled) < 1 ? 2 : 1
  const needed = step === undefined ? decimalsFor(Math.abs(scaled), 0) - 1 : stepDecimals(step / divisor)
  return grouped(scaled, Math.max(least, needed)) + unit
}

/** Decimals of a step of 1, 2 or 5 times a power of ten. */
export function stepDecimals(step: number): number {
  return step > 0 ? Math.min(10, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 0
}

/** `3d 4h`, `5h 20m`, `40s`: the two largest units. */
export function duration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return NOT_AVAILABLE
  const parts: string[] = []
  let rest = Math.round(ms / 1_000)
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}${unit}`)
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break
  }
  return parts.length === 0 ? '0s' : parts.join(' ')
}

const UNITS = [
  ['y', 31_536_000],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/** `2024-05-01`. */
export function day(timeMs: TimeMs | undefined): string {
  return timeMs === undefined ? NOT_AVAILABLE : isoDay(timeMs)
}

/** `2024-05-01 13:00`, seconds only where there are any. */
export function minute(timeMs: TimeMs | undefined): string {
  if (timeMs === undefined) return NOT_AVAILABLE
  const text = isoTime(timeMs).replace('T', ' ').replace('Z', '')
  return text.endsWith(':00') ? text.slice(0, -3) : text
}
