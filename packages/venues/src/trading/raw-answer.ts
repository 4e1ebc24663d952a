import { VenueError } from '../venue-error.ts'

/** An object of an answer, as the venue sent it. */
export type Row = Readonly<Record<string, unknown>>

/** An answer that is not what the venue documents. What it was an answer to decides whether the question may be repeated. */
export function unreadable(what: string, value?: unknown): VenueError {
  const shown = value === undefined ? '' : `: ${(JSON.stringify(value) ?? typeof value).slice(0, 80)}`
  return new VenueError({
    code: 'VENUE_ANSWER',
    message: `An answer of the venue cannot be read: ${what}${shown}.`,
    meta: { what },
    retry: 'safe',
  })
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function rowOf(value: unknown, what: string): Row {
  if (!isRow(value)) throw unreadable(`${what} is no object`, value)
  return value
}

export function rowsOf(value: unknown, what: string): readonly Row[] {
  if (!Array.isArray(value)) throw unreadable(`${what} is no list`, value)
  return value.map((each) => rowOf(each, what))
}

/** Objects of a list that may be absent. */
export function rowsIn(row: Row, name: string): readonly Row[] {
  const value = row[name]
  return value === undefined || value === null ? [] : rowsOf(value, name)
}

/** The first field with something in it, as text; venues write numbers in both ways. */
export function textOf(row: Row, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  }
  return undefined
}

/** @throws VenueError `VENUE_ANSWER` where it is absent. */
export function neededText(row: Row, ...names: readonly string[]): string {
  const text = textOf(row, ...names)
  if (text === undefined) throw unreadable(`${names.join(' or ')} is absent`)
  return text
}

/**
 * A decimal of an answer. Finite, or undefined where the field is absent or empty.
 *
 * @throws VenueError `VENUE_ANSWER` where there is something else in it.
 */
export function decimalOf(row: Row, ...names: readonly string[]): number | undefined {
  const text = textOf(row, ...names)
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) throw unreadable(`${names.join(' or ')} is no number`, text)
  return value
}

/** A price, where the venue writes 0 for none. */
export function priceOf(row: Row, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const price = decimalOf(row, name)
    if (price !== undefined && price !== 0) return price
  }
  return undefined
}

export function booleanOf(row: Row, ...names: readonly string[]): boolean {
  return names.some((name) => row[name] === true || row[name] === 'true')
}

/**
 * Milliseconds since 1970, of a time in milliseconds, of one in seconds with a fraction, or of ISO text.
 *
 * @throws VenueError `VENUE_ANSWER` where no field holds a time.
 */
export function timeOf(row: Row, ...names: readonly string[]): number {
  const text = neededText(row, ...names)
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text)
  // Until the year 5138 a number below 1e11 is a time in seconds; milliseconds were that small only until 1973.
  const ms = Math.floor(value < 1e11 ? value * 1_000 : value)
  if (!Number.isSafeInteger(ms) || ms <= 0) throw unreadable(`${names.join(' or ')} is no time`, text)
  return ms
}

/** @throws VenueError `VENUE_ANSWER` for anything but buy and sell. */
export function sideOf(row: Row, ...names: readonly string[]): 'buy' | 'sell' {
  const text = neededText(row, ...names).toLowerCase()
  if (text === 'buy' || text === 'sell') return text
  throw unreadable(`${names.join(' or ')} is no side`, text)
}
