import type * as Arrow from 'apache-arrow'
import type { Data, Vector } from 'apache-arrow'
import { CellReader, cellText } from './cell-reader.ts'
import type { ColumnUse } from './column-plan.ts'
import type { DecodedTable } from './decoded-table.ts'
import { asDataError, fileError } from './import-errors.ts'
import type { PlanOf } from './json-rows.ts'
import { TableBuilder } from './table-builder.ts'
import { epochToUs } from './time-scanner.ts'

const TWO_32 = 4_294_967_296
const US_PER_DAY = 86_400_000_000
/** Factor to microseconds by Arrow's unit: seconds, milliseconds, microseconds. Nanoseconds are divided. */
const US_PER_UNIT: readonly number[] = [1_000_000, 1_000, 1]

/**
 * Reads a feather (Arrow IPC) file or stream, its buffers plain or compressed with LZ4 frames or ZSTD.
 *
 * Plain floats are copied whole; timestamps of any unit, dates, integers, booleans and texts are understood.
 */
export async function readFeather(file: string, bytes: Uint8Array, planOf: PlanOf): Promise<DecodedTable> {
  const arrow = await import('apache-arrow')
  const { registerArrowCodecs } = await import('./arrow-codecs.ts')
  registerArrowCodecs()
  return asDataError(file, 'feather', () => {
    const table = arrow.tableFromIPC(bytes)
    const names = table.schema.fields.map(({ name }) => name)
    if (table.numRows === 0) throw fileError('IMPORT_EMPTY', file, 'there are no rows.')
    const columns = names.map((_, i) => table.getChildAt(i) as Vector)
    const plan = planOf({ names, sample: columns.map((column) => sampleOf(column)) })
    const builder = new TableBuilder(plan)
    builder.reserve(table.numRows)
    builder.rows = table.numRows
    const cells = new CellReader(file, builder)
    plan.uses.forEach((use, i) => {
      if (use.action !== 'skip') copyColumn(arrow, columns[i] as Vector, use, i, builder, cells)
    })
    const timeAt = plan.uses.findIndex(({ action }) => action === 'time')
    const isDate = arrow.DataType.isDate(columns[timeAt]?.type)
    return builder.finish({ isDated: isDate || cells.isDated, rowLabel: (row) => `row ${row + 1}`, notes: [] })
  })
}

function sampleOf(column: Vector): string {
  return cellText(column.get(0))
}

function copyColumn(
  arrow: typeof Arrow,
  column: Vector,
  use: ColumnUse,
  index: number,
  builder: TableBuilder,
  cells: CellReader,
): void {
  const { DataType } = arrow
  const isTime = use.action === 'time' || use.action === 'knowable'
  let at = 0
  for (const data of column.data) {
    const slot = builder.slots[index] as Float64Array
    const toUs = isTime && data.nullCount === 0 ? timeReader(DataType, data) : undefined
    if (toUs !== undefined) for (let i = 0; i < data.length; i++) slot[at + i] = toUs(i)
    else if (use.action === 'number' && data.nullCount === 0 && data.values instanceof Float64Array) {
      slot.set(data.values.subarray(0, data.length), at)
    } else if (DataType.isFloat(data.type) || DataType.isInt(data.type) || !isTime) {
      putCells(column, use, index, at, data.length, cells)
    } else
      throw fileError('IMPORT_TIME', 'the file', `a time column of type ${String(data.type)} has no value in some row.`)
    at += data.length
  }
  if (use.action !== 'number') return
  const slot = builder.slots[index] as Float64Array
  for (let row = 0; row < builder.rows; row++) {
    const value = slot[row] as number
    if (!Number.isFinite(value)) cells.put(index, row, Number.isNaN(value) ? '' : String(value), () => `row ${row + 1}`)
  }
}

function putCells(
  column: Vector,
  use: ColumnUse,
  index: number,
  start: number,
  length: number,
  cells: CellReader,
): void {
  for (let row = start; row < start + length; row++) {
    const value: unknown = column.get(row)
    // A float that is NaN is an absent value, as pandas writes it.
    const cell = use.action === 'number' && typeof value === 'number' && Number.isNaN(value) ? '' : value
    cells.put(index, row, cell, () => `row ${row + 1}`)
  }
}

/** Microseconds of the values of a timestamp or date column; undefined for other types. */
function timeReader(DataType: typeof Arrow.DataType, data: Data): ((i: number) => number) | undefined {
  const { type } = data
  if (DataType.isDate(type)) {
    const values: unknown = data.values
    if (values instanceof Int32Array) return (i) => (values[i] as number) * US_PER_DAY
    return values instanceof BigInt64Array ? (i) => Number(values[i]) * 1_000 : undefined
  }
  if (!DataType.isTimestamp(type)) return undefined
  const values = data.values as BigInt64Array
  const factor = US_PER_UNIT[type.unit]
  const check = (us: number): number => {
    if (Number.isNaN(epochToUs(us, 'us'))) throw new RangeError('a time lies outside 1980 to 2100')
    return us
  }
  if (factor === undefined) return (i) => check(Number((values[i] as bigint) / 1_000n))
  // Two 32-bit words make the number without an object for each value.
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  return (i) => check(((words[2 * i + 1] as number) * TWO_32 + ((words[2 * i] as number) >>> 0)) * factor)
}
