import type { SeriesColumns, TradeColumns } from '@kestrel/core'

/** Trades of 2 base units each, ids 1, 2, 3 ..., taken by the buyer, the seller and somebody unknown in turn. */
export function tradesAt(...rows: readonly (readonly [timeUs: number, price: number])[]): TradeColumns {
  return {
    tsEventUs: Float64Array.from(rows, ([timeUs]) => timeUs),
    id: Float64Array.from(rows, (_, i) => i + 1),
    price: Float64Array.from(rows, ([, price]) => price),
    quantity: Float64Array.from(rows, () => 2),
    takerSide: Int8Array.from(rows, (_, i) => [1, -1, 0][i % 3] as number),
  }
}

/** A series by event time, knowable at once unless stated. */
export function seriesOf(
  tsEventMs: readonly number[],
  values: Readonly<Record<string, readonly number[]>>,
  knowableTimeMs = tsEventMs,
): SeriesColumns {
  return {
    tsEventMs: Float64Array.from(tsEventMs),
    knowableTimeMs: Float64Array.from(knowableTimeMs),
    values: Object.fromEntries(Object.entries(values).map(([name, each]) => [name, Float64Array.from(each)])),
  }
}
