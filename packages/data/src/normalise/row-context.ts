import { DataError, isoTime } from '@kestrel/core'

/** Who is being normalised, for messages and ledger entries. */
export interface NormaliseContext {
  /** What the rows are, as a message names it: `BTC-USDT.BINANCE 1h from file.csv`. */
  readonly what: string
  /** Name of the source for the ledger. */
  readonly source: string
  /** How a message names an input row, by its position from 0; a text file says `line 17`. Default `row 1` for 0. */
  readonly rowLabel?: (row: number) => string
}

/** Earliest and latest instants that market data can have: 2009-01-01 (the first bitcoin) and 2100-01-01, in ms. */
const EARLIEST_MS = 1_230_768_000_000
const LATEST_MS = 4_102_444_800_000

/** The error for a row that cannot be used. The whole import is refused, so nothing was changed. */
export function rowError(
  context: NormaliseContext,
  code: string,
  row: number,
  problem: string,
  hint?: string,
): DataError {
  const label = context.rowLabel?.(row) ?? `row ${row + 1}`
  return new DataError({
    code,
    message: `${context.what}, ${label}: ${problem} Nothing was imported.`,
    ...(hint === undefined ? {} : { hint }),
    meta: { what: context.what, source: context.source, row },
  })
}

/** True for an integer instant between 2009 and 2100, given in milliseconds. */
export function isPlausibleMs(timeMs: number): boolean {
  return Number.isInteger(timeMs) && timeMs >= EARLIEST_MS && timeMs < LATEST_MS
}

/**
 * The error for a time outside 2009 to 2100, naming the unit that would make sense of it.
 *
 * @param timeMs - The value after conversion to milliseconds, as the importer understood its unit.
 */
export function timeError(context: NormaliseContext, row: number, timeMs: number): DataError {
  if (!Number.isFinite(timeMs)) return rowError(context, 'DATA_TIME', row, `the time is ${timeMs}.`)
  const units: readonly (readonly [string, number])[] = [
    ['seconds', 1_000],
    ['microseconds', 1e-3],
    ['nanoseconds', 1e-6],
  ]
  const likely = units.find(([, factor]) => timeMs * factor >= EARLIEST_MS && timeMs * factor < LATEST_MS)
  if (likely === undefined && !Number.isInteger(timeMs) && timeMs >= EARLIEST_MS && timeMs < LATEST_MS)
    return rowError(context, 'DATA_TIME', row, `the time ${timeMs} ms is not a whole number of milliseconds.`)
  const shown = Math.abs(timeMs) <= 8.64e15 ? ` (${isoTime(Math.trunc(timeMs))})` : ''
  const guess = likely === undefined ? '' : ` The source looks like ${likely[0]} read as milliseconds.`
  return rowError(
    context,
    'DATA_TIME',
    row,
    `the time ${timeMs} ms${shown} lies outside 2009 to 2100.${guess}`,
    likely === undefined ? 'Check which column holds the time.' : `State the unit of the time column: ${likely[0]}.`,
  )
}
