import { allocateBars, type BarColumns, type SeriesColumns, type TradeColumns } from '@kestrel/core'

import { type DataKind, type DatasetTable, isBarColumns, isTradeColumns } from '../dataset.ts'
import { SERIES_COLUMNS } from '../normalise/normalise-series.ts'

/** How a column is stored: `int64` is held in memory as float64, which is exact to 2^53. */
export type StoredType = 'int64' | 'float64' | 'int8'

export interface ColumnLayout {
  readonly name: string
  readonly type: StoredType
}

/** A column as the lake stores and hashes it. `int8` columns are `Int8Array`, the others `Float64Array`. */
export interface NamedColumn extends ColumnLayout {
  readonly values: Float64Array | Int8Array
}

const BYTES: Readonly<Record<StoredType, number>> = { int64: 8, float64: 8, int8: 1 }

/** Bytes of one value in memory. */
export function bytesOf(type: StoredType): number {
  return BYTES[type]
}

/** The stored columns of a table, in their fixed order. `closeTimeMs` of bars follows from the timeframe: not stored. */
export function columnsOf(table: DatasetTable): readonly NamedColumn[] {
  if (isBarColumns(table)) {
    return [
      int64('openTimeMs', table.openTimeMs),
      ...float64s(['open', 'high', 'low', 'close', 'volume'], { ...table }),
    ]
  }
  if (isTradeColumns(table)) {
    return [
      int64('tsEventUs', table.tsEventUs),
      int64('id', table.id),
      ...float64s(['price', 'quantity'], { price: table.price, quantity: table.quantity }),
      { name: 'takerSide', type: 'int8', values: table.takerSide },
    ]
  }
  return [
    int64('tsEventMs', table.tsEventMs),
    int64('knowableTimeMs', table.knowableTimeMs),
    ...float64s(Object.keys(table.values), table.values),
  ]
}

/** The columns by which rows of a kind are told apart, in order of significance. Trades are told apart by `id`. */
export function keyColumns(kind: DataKind): readonly string[] {
  switch (kind) {
    case 'bars':
      return ['openTimeMs']
    case 'trades':
      return ['id']
    case 'series':
      return ['tsEventMs', 'knowableTimeMs']
    case 'funding':
    case 'mark':
      return ['tsEventMs']
  }
}

/** What a unit of the first column is in milliseconds: 1, or 1/1000 for trades. */
export function timeUnitsPerMs(kind: DataKind): number {
  return kind === 'trades' ? 1_000 : 1
}

/** True where the names and types are what the kind stores. */
export function isLayoutOf(kind: DataKind, layout: readonly ColumnLayout[]): boolean {
  const text = layout.map(({ name, type }) => `${name}:${type}`).join(' ')
  if (kind === 'bars')
    return text === 'openTimeMs:int64 open:float64 high:float64 low:float64 close:float64 volume:float64'
  if (kind === 'trades') return text === 'tsEventUs:int64 id:int64 price:float64 quantity:float64 takerSide:int8'
  const values = layout.slice(2)
  const names = SERIES_COLUMNS[kind]
  return (
    text.startsWith('tsEventMs:int64 knowableTimeMs:int64 ') &&
    values.every(({ type }) => type === 'float64') &&
    (names === undefined || names.join() === values.map(({ name }) => name).join())
  )
}

/** Zeroed columns of the layout, each on a SharedArrayBuffer of its own. */
export function allocateColumns(layout: readonly ColumnLayout[], length: number): readonly NamedColumn[] {
  return layout.map(({ name, type }) => {
    const memory = new SharedArrayBuffer(length * BYTES[type])
    return { name, type, values: type === 'int8' ? new Int8Array(memory) : new Float64Array(memory) }
  })
}

/** Rows `start` to `end` (exclusive), as views on the same memory. */
export function sliceColumns(columns: readonly NamedColumn[], start: number, end: number): readonly NamedColumn[] {
  return columns.map((column) => ({ ...column, values: column.values.subarray(start, end) }))
}

/** Number of rows. */
export function rowsOf(columns: readonly NamedColumn[]): number {
  return columns[0]?.values.length ?? 0
}

/** The times of the rows: the first column of every kind. */
export function timesOf(columns: readonly NamedColumn[]): Float64Array {
  return columns[0]?.values as Float64Array
}

/** Bars from stored columns; close times are the open times plus the timeframe. */
export function barsFrom(columns: readonly NamedColumn[], timeframeMs: number): BarColumns {
  const openTimeMs = timesOf(columns)
  const closeTimeMs = new Float64Array(new SharedArrayBuffer(openTimeMs.length * BYTES.float64))
  for (let i = 0; i < openTimeMs.length; i++) closeTimeMs[i] = (openTimeMs[i] as number) + timeframeMs
  const at = (k: number): Float64Array => (columns[k]?.values ?? allocateBars(0).open) as Float64Array
  return Object.freeze({ openTimeMs, closeTimeMs, open: at(1), high: at(2), low: at(3), close: at(4), volume: at(5) })
}

/** Trades from stored columns. */
export function tradesFrom(columns: readonly NamedColumn[]): TradeColumns {
  const at = (k: number): Float64Array => columns[k]?.values as Float64Array
  return Object.freeze({
    tsEventUs: at(0),
    id: at(1),
    price: at(2),
    quantity: at(3),
    takerSide: columns[4]?.values as Int8Array,
  })
}

/** Dated values from stored columns. */
export function seriesFrom(columns: readonly NamedColumn[]): SeriesColumns {
  const [event, knowable, ...values] = columns
  return Object.freeze({
    tsEventMs: event?.values as Float64Array,
    knowableTimeMs: knowable?.values as Float64Array,
    values: Object.freeze(Object.fromEntries(values.map(({ name, values }) => [name, values as Float64Array]))),
  })
}

function int64(name: string, values: Float64Array): NamedColumn {
  return { name, type: 'int64', values }
}

function float64s(names: readonly string[], from: Readonly<Record<string, Float64Array>>): NamedColumn[] {
  return names.map((name) => ({ name, type: 'float64', values: from[name] ?? new Float64Array(0) }))
}
