import type { TradeColumns } from '@kestrel/core'

/** Trades of microsecond, price and quantity, numbered from 1; the buyer took the odd ones. */
export function tradesOf(
  ...rows: readonly (readonly [timeUs: number, price: number, quantity: number])[]
): TradeColumns {
  return {
    tsEventUs: Float64Array.from(rows, ([timeUs]) => timeUs),
    id: Float64Array.from(rows, (_, i) => i + 1),
    price: Float64Array.from(rows, ([, price]) => price),
    quantity: Float64Array.from(rows, ([, , quantity]) => quantity),
    takerSide: Int8Array.from(rows, (_, i) => (i % 2 === 0 ? 1 : -1)),
  }
}
