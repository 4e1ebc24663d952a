/** How numbers are written for people. An absent number is `n/a`: never 0, NaN or infinity. */

const ABSENT = 'n/a'

/** `1,234,567` with a fixed number of decimals. */
export function decimalText(value: number | null | undefined, decimals = 0): string {
  if (value === undefined || value === null || !Number.isFinite(value)) return ABSENT
  const text = Math.abs(value).toFixed(decimals)
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  // A value that rounds to zero has no sign: "-0.00" says nothing.
  const negative = value < 0 && /[1-9]/.test(text)
  return `${negative ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/** `1 gap`, `1,234 gaps`: a count with its noun, whose plural takes an s or is given. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${decimalText(count)} ${count === 1 ? noun : plural}`
}

/** A fraction as percent: 0.1234 is `12.34%`; signed ones get `+` too. */
export function percentText(fraction: number | null | undefined, decimals = 2, signed = false): string {
  if (fraction === undefined || fraction === null || !Number.isFinite(fraction)) return ABSENT
  const text = decimalText(fraction * 100, decimals)
  const plus = signed && fraction > 0 && /[1-9]/.test(text) ? '+' : ''
  return `${plus}${text}%`
}

/** `12.3 MB` */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(unit === 0 ? 0 : 1)} ${units[unit] ?? ''}`
}

/** `850 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationText(ms: number | null | undefined): string {
  if (ms === undefined || ms === null || !Number.isFinite(ms)) return ABSENT
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
