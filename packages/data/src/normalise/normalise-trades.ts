import { DataError, isoTime, type TradeColumns } from '@kestrel/core'

import type { GapEntry } from '../dataset.ts'
import { isPlausibleMs, type NormaliseContext, rowError, timeError } from './row-context.ts'
import { reorder, RunBuilder, sortingOrder, unorderedRuns } from './row-order.ts'

const F64 = 8

/**
 * Trades in order of time (equal times as given), each id once, each checked; and a ledger of what was not in order.
 *
 * A trade that repeats another exactly, id included, is dropped and entered as `duplicate`. The input is left unchanged;
 * the result lies on shared memory.
 *
 * @param raw - Trades in any order; where the source has no ids, the row number stands in `id`.
 * @throws DataError naming the first row at fault: `DATA_TIME`, `DATA_ID` (not a safe integer), `DATA_PRICE`, `DATA_QUANTITY`,
 *   `DATA_SIDE`, `DATA_CONFLICTING_ROWS` (one id, two contents), `DATA_EMPTY`.
 */
export function normaliseTrades(
  raw: TradeColumns,
  options: NormaliseContext,
): { trades: TradeColumns; ledger: GapEntry[] } {
  checkRows(raw, options)
  const ledger: GapEntry[] = []
  let rows = raw
  const timeOrder = sortingOrder(raw.tsEventUs)
  if (timeOrder !== undefined) ledger.push(...unorderedRuns(raw.tsEventUs.map(usToMs), 1, options.source))
  const repeated = repeatedRows(raw, options)
  if (timeOrder !== undefined || repeated.size > 0) {
    const order = (timeOrder ?? Uint32Array.from(raw.id, (_, i) => i)).filter((row) => !repeated.has(row))
    const duplicates = new RunBuilder('duplicate', 'same trade twice; kept once', options.source, 1)
    const repeatedMs = [...repeated].map((row) => usToMs(raw.tsEventUs[row] as number)).sort((a, b) => a - b)
    for (const timeMs of repeatedMs) duplicates.add(timeMs)
    ledger.push(...duplicates.entries())
    rows = {
      tsEventUs: reorder(raw.tsEventUs, order).subarray(0, order.length),
      id: reorder(raw.id, order).subarray(0, order.length),
      price: reorder(raw.price, order).subarray(0, order.length),
      quantity: reorder(raw.quantity, order).subarray(0, order.length),
      takerSide: reorder(raw.takerSide, order).subarray(0, order.length),
    }
  }
  return { trades: shared(rows), ledger }
}

/** Trade columns of `length` rows, all zero, each on a SharedArrayBuffer of its own. */
export function allocateTrades(length: number): TradeColumns {
  const column = (): Float64Array => new Float64Array(new SharedArrayBuffer(length * F64))
  return {
    tsEventUs: column(),
    id: column(),
    price: column(),
    quantity: column(),
    takerSide: new Int8Array(new SharedArrayBuffer(length)),
  }
}

function shared(rows: TradeColumns): TradeColumns {
  const out = allocateTrades(rows.id.length)
  out.tsEventUs.set(rows.tsEventUs)
  out.id.set(rows.id)
  out.price.set(rows.price)
  out.quantity.set(rows.quantity)
  out.takerSide.set(rows.takerSide)
  return out
}

function usToMs(timeUs: number): number {
  return Math.floor(timeUs / 1_000)
}

function checkRows(raw: TradeColumns, options: NormaliseContext): void {
  const n = raw.tsEventUs.length
  if (n === 0)
    throw new DataError({
      code: 'DATA_EMPTY',
      message: `${options.what}: there are no rows. Nothing was imported.`,
    })
  for (let i = 0; i < n; i++) {
    const timeUs = raw.tsEventUs[i] as number
    const price = raw.price[i] as number
    const quantity = raw.quantity[i] as number
    const side = raw.takerSide[i] as number
    if (!Number.isSafeInteger(timeUs) || !isPlausibleMs(usToMs(timeUs))) throw timeError(options, i, timeUs / 1_000)
    if (!Number.isSafeInteger(raw.id[i]))
      throw rowError(options, 'DATA_ID', i, `the id ${raw.id[i]} is not a whole number below 2^53.`)
    if (!(price > 0 && price < Infinity))
      throw rowError(options, 'DATA_PRICE', i, `price is ${price}; a price must be a positive number.`)
    if (!(quantity > 0 && quantity < Infinity))
      throw rowError(options, 'DATA_QUANTITY', i, `quantity is ${quantity}; it must be a positive number.`)
    if (side !== 1 && side !== -1 && side !== 0)
      throw rowError(
        options,
        'DATA_SIDE',
        i,
        `taker side is ${side}; it must be 1 (buyer), -1 (seller) or 0 (unknown).`,
      )
  }
}

/** Rows whose trade stands at an earlier row too. Refuses an id with two contents. */
function repeatedRows(raw: TradeColumns, options: NormaliseContext): Set<number> {
  const repeated = new Set<number>()
  const order = sortingOrder(raw.id)
  for (let i = 1; i < raw.id.length; i++) {
    const row = order === undefined ? i : (order[i] as number)
    const before = order === undefined ? i - 1 : (order[i - 1] as number)
    if (raw.id[row] !== raw.id[before]) continue
    const same =
      raw.tsEventUs[row] === raw.tsEventUs[before] &&
      raw.price[row] === raw.price[before] &&
      raw.quantity[row] === raw.quantity[before] &&
      raw.takerSide[row] === raw.takerSide[before]
    if (!same) throw conflict(raw, before, row, options)
    repeated.add(row)
  }
  return repeated
}

function conflict(raw: TradeColumns, before: number, row: number, options: NormaliseContext): DataError {
  const shown = (i: number): string =>
    `${raw.quantity[i]} at ${raw.price[i]}, ${isoTime(usToMs(raw.tsEventUs[i] as number))}, side ${raw.takerSide[i]}`
  return rowError(
    options,
    'DATA_CONFLICTING_ROWS',
    row,
    `trade ${raw.id[row]} (${shown(row)}) also stands at ${options.rowLabel?.(before) ?? `row ${before + 1}`} as ${shown(before)}.`,
    'Remove the wrong row from the source.',
  )
}
