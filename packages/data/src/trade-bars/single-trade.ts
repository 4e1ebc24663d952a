import { DataError, type TradeColumns } from '@kestrel/core'

/** A chunk of one trade that is written anew for each, so that a stream of single trades allocates nothing. */
export class SingleTrade {
  readonly columns: TradeColumns = {
    tsEventUs: new Float64Array(1),
    id: new Float64Array(1),
    price: new Float64Array(1),
    quantity: new Float64Array(1),
    takerSide: new Int8Array(1),
  }

  /**
   * The trade as a chunk, valid until the next call.
   *
   * @throws DataError `DATA_TRADE_VALUE` for a time, price or quantity that cannot be, or a side other than 1, -1 or 0.
   */
  set(tsEventUs: number, id: number, price: number, quantity: number, takerSide: number): TradeColumns {
    const isSide = takerSide === 1 || takerSide === -1 || takerSide === 0
    const isUsable =
      Number.isSafeInteger(tsEventUs) && price > 0 && price < Infinity && quantity > 0 && quantity < Infinity
    if (!isUsable || !isSide) {
      throw new DataError({
        code: 'DATA_TRADE_VALUE',
        message: `Trade ${id} at ${tsEventUs} us has price ${price}, quantity ${quantity} and taker side ${takerSide}. No bar was made of it.`,
        meta: { id, tsEventUs, price, quantity, takerSide },
      })
    }
    const { columns } = this
    columns.tsEventUs[0] = tsEventUs
    columns.id[0] = id
    columns.price[0] = price
    columns.quantity[0] = quantity
    columns.takerSide[0] = takerSide
    return columns
  }
}
