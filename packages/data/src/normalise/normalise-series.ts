import { DataError, isoTime, type SeriesColumns, UsageError } from '@kestrel/core'

import type { GapEntry } from '../dataset.ts'
import { isPlausibleMs, type NormaliseContext, rowError, timeError } from './row-context.ts'
import { RunBuilder, sortingOrder, unorderedRuns } from './row-order.ts'
import { onSettlementGrid } from './settlement-grid.ts'

/** Kinds of dataset that are held as dated values. */
export type SeriesKind = 'funding' | 'mark' | 'series'

/** Value columns that a kind must have; `series` may have any. */
export const SERIES_COLUMNS: Readonly<Record<SeriesKind, readonly string[] | undefined>> = Object.freeze({
  funding: Object.freeze(['rate']),
  mark: Object.freeze(['open', 'high', 'low', 'close']),
  series: undefined,
})

/** Times of the rows; a series may not name a value so. */
const RESERVED = new Set(['tsEventMs', 'knowableTimeMs'])
const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/**
 * Dated values in order, each once, each checked; and a ledger of what was not in order.
 *
 * Rows are sorted by event time, then by knowable time. A row that repeats another exactly is dropped and entered as
 * `duplicate`. A `series` may hold several rows of one event time with different knowable times (a value and its later
 * revisions); funding and marks hold one row an instant. Funding times move to the full hour that they are stamped a few
 * milliseconds off. The result lies on shared memory.
 *
 * @throws DataError naming the first row at fault: `DATA_TIME`, `DATA_KNOWABLE` (known before it happened), `DATA_VALUE`,
 *   `DATA_OHLC`, `DATA_RATE`, `DATA_CONFLICTING_ROWS`, `DATA_EMPTY`.
 * @throws UsageError `DATA_COLUMNS` where the kind needs other columns or a name cannot be used.
 */
export function normaliseSeries(
  given: SeriesColumns,
  kind: SeriesKind,
  options: NormaliseContext,
): { series: SeriesColumns; ledger: GapEntry[] } {
  const names = checkNames(given, kind, options)
  const columns = names.map((name) => given.values[name] ?? new Float64Array(0))
  checkRows(given, kind, names, columns, options)
  const raw = kind === 'funding' ? onSettlementGrid(given) : given
  const order = sortingOrder(raw.tsEventMs, raw.knowableTimeMs)
  const ledger = order === undefined ? [] : unorderedRuns(raw.tsEventMs, 1, options.source)
  const duplicates = new RunBuilder('duplicate', 'same row twice; kept once', options.source, 1)
  const n = raw.tsEventMs.length
  const keep = new Uint32Array(n)
  let kept = 0
  for (let i = 0; i < n; i++) {
    const row = order === undefined ? i : (order[i] as number)
    const before = kept === 0 ? -1 : (keep[kept - 1] as number)
    const sameKey =
      before >= 0 &&
      raw.tsEventMs[row] === raw.tsEventMs[before] &&
      (kind !== 'series' || raw.knowableTimeMs[row] === raw.knowableTimeMs[before])
    if (sameKey) {
      refuseConflict(raw, names, columns, before, row, options)
      duplicates.add(raw.tsEventMs[row] as number)
    } else keep[kept++] = row
  }
  ledger.push(...duplicates.entries())
  return { series: gather(raw, names, keep.subarray(0, kept)), ledger }
}

function gather(raw: SeriesColumns, names: readonly string[], rows: Uint32Array): SeriesColumns {
  const pick = (column: Float64Array): Float64Array => {
    const out = new Float64Array(new SharedArrayBuffer(rows.length * Float64Array.BYTES_PER_ELEMENT))
    // Adding zero turns -0 into 0, so that equal values have equal bytes and equal hashes.
    for (let i = 0; i < rows.length; i++) out[i] = (column[rows[i] as number] as number) + 0
    return out
  }
  const values: Record<string, Float64Array> = {}
  for (const name of names) values[name] = pick(raw.values[name] ?? new Float64Array(0))
  return {
    tsEventMs: pick(raw.tsEventMs),
    knowableTimeMs: pick(raw.knowableTimeMs),
    values: Object.freeze(values),
  }
}

function checkNames(raw: SeriesColumns, kind: SeriesKind, options: NormaliseContext): readonly string[] {
  const given = Object.keys(raw.values)
  const needed = SERIES_COLUMNS[kind]
  const refuse = (problem: string): UsageError =>
    new UsageError({
      code: 'DATA_COLUMNS',
      message: `${options.what}: ${problem} Nothing was imported.`,
      meta: { what: options.what, columns: given },
    })
  if (needed !== undefined && (given.length !== needed.length || needed.some((name) => !given.includes(name))))
    throw refuse(`${kind} has the columns ${needed.join(', ')}, not ${given.join(', ')}.`)
  if (given.length === 0) throw refuse('there is no value column.')
  for (const name of given) {
    if (!COLUMN_NAME.test(name) || RESERVED.has(name)) throw refuse(`"${name}" cannot be the name of a value.`)
    if (raw.values[name]?.length !== raw.tsEventMs.length) throw refuse(`column "${name}" has another length.`)
  }
  return needed ?? given
}

function checkRows(
  raw: SeriesColumns,
  kind: SeriesKind,
  names: readonly string[],
  columns: readonly Float64Array[],
  options: NormaliseContext,
): void {
  const n = raw.tsEventMs.length
  if (n === 0)
    throw new DataError({
      code: 'DATA_EMPTY',
      message: `${options.what}: there are no rows. Nothing was imported.`,
    })
  for (let i = 0; i < n; i++) {
    const timeMs = raw.tsEventMs[i] as number
    const knowableMs = raw.knowableTimeMs[i] as number
    if (!isPlausibleMs(timeMs)) throw timeError(options, i, timeMs)
    if (!isPlausibleMs(knowableMs)) throw timeError(options, i, knowableMs)
    if (knowableMs < timeMs)
      throw rowError(
        options,
        'DATA_KNOWABLE',
        i,
        `known at ${isoTime(knowableMs)}, before its own time ${isoTime(timeMs)}.`,
      )
    for (let k = 0; k < columns.length; k++) {
      const value = columns[k]?.[i] as number
      if (!Number.isFinite(value))
        throw rowError(options, 'DATA_VALUE', i, `${names[k]} is ${value}; it must be a finite number.`)
    }
    if (kind === 'mark') checkMark(raw, i, options)
    if (kind === 'funding' && Math.abs(columns[0]?.[i] as number) > 1)
      throw rowError(
        options,
        'DATA_RATE',
        i,
        `rate is ${columns[0]?.[i]}, more than the whole position.`,
        'Rates are fractions: 0.0001 is one basis point.',
      )
  }
}

function checkMark(raw: SeriesColumns, row: number, options: NormaliseContext): void {
  const at = (name: string): number => raw.values[name]?.[row] ?? Number.NaN
  const [open, high, low, close] = [at('open'), at('high'), at('low'), at('close')]
  if (low > 0 && high >= open && high >= close && low <= open && low <= close) return
  throw rowError(
    options,
    'DATA_OHLC',
    row,
    `open ${open}, high ${high}, low ${low}, close ${close} cannot be one mark bar: prices are positive, high the greatest, low the least.`,
  )
}

function refuseConflict(
  raw: SeriesColumns,
  names: readonly string[],
  columns: readonly Float64Array[],
  before: number,
  row: number,
  options: NormaliseContext,
): void {
  const differs = names.filter((_, k) => columns[k]?.[row] !== columns[k]?.[before])
  const knowable = raw.knowableTimeMs[row] === raw.knowableTimeMs[before]
  if (differs.length === 0 && knowable) return
  const values = differs.map((name) => `${name} ${raw.values[name]?.[before]} and ${raw.values[name]?.[row]}`)
  if (!knowable) values.push('knowable times')
  throw rowError(
    options,
    'DATA_CONFLICTING_ROWS',
    row,
    `the row at ${isoTime(raw.tsEventMs[row] as number)} also stands at ${options.rowLabel?.(before) ?? `row ${before + 1}`} with other values: ${values.join(', ')}.`,
    'Remove the wrong row from the source.',
  )
}
