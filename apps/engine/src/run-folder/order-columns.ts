import type { ParquetColumns } from '@kestrel/data'
import type { FillRecord, OrderRecord } from '@kestrel/kernel'

/** Executions in order, money in the currency that the instrument settles in; `position_side` is empty outside hedge mode. */
export function fillColumns(fills: readonly FillRecord[]): ParquetColumns {
  return {
    fill_id: Int32Array.from(fills, ({ fillId }) => fillId),
    order_id: Int32Array.from(fills, ({ orderId }) => orderId),
    instrument: fills.map(({ instrumentId }) => instrumentId),
    strategy: fills.map(({ strategy }) => strategy),
    side: fills.map(({ side }) => side),
    time_ms: { int64: Float64Array.from(fills, ({ tsEventMs }) => tsEventMs) },
    bar_open_time_ms: { int64: Float64Array.from(fills, ({ barOpenTimeMs }) => barOpenTimeMs) },
    price: Float64Array.from(fills, ({ price }) => price),
    quantity: Float64Array.from(fills, ({ quantity }) => quantity),
    fee: Float64Array.from(fills, ({ fee }) => fee),
    fee_currency: fills.map(({ feeCurrency }) => feeCurrency),
    fee_value: Float64Array.from(fills, ({ feeValue }) => feeValue),
    slippage: Float64Array.from(fills, ({ slippage }) => slippage),
    liquidity: fills.map(({ liquidity }) => liquidity),
    position_side: fills.map(({ positionSide }) => positionSide ?? ''),
    tag: fills.map(({ tag }) => tag),
  }
}

/** Orders as they ended, in order of their ids; absent prices are NaN, an open order has `closed_time_ms` -1. */
export function orderColumns(orders: readonly OrderRecord[]): ParquetColumns {
  const numbers = (value: (order: OrderRecord) => number | undefined): Float64Array =>
    Float64Array.from(orders, (order) => value(order) ?? Number.NaN)
  return {
    order_id: Int32Array.from(orders, ({ orderId }) => orderId),
    client_order_id: orders.map(({ clientOrderId }) => clientOrderId),
    instrument: orders.map(({ instrumentId }) => instrumentId),
    strategy: orders.map(({ strategy }) => strategy),
    side: orders.map(({ side }) => side),
    type: orders.map(({ type }) => type),
    time_in_force: orders.map(({ timeInForce }) => timeInForce),
    post_only: Int8Array.from(orders, ({ postOnly }) => (postOnly ? 1 : 0)),
    reduce_only: Int8Array.from(orders, ({ reduceOnly }) => (reduceOnly ? 1 : 0)),
    quantity: numbers(({ quantity }) => quantity),
    filled_quantity: numbers(({ filledQuantity }) => filledQuantity),
    average_price: numbers(({ averagePrice }) => averagePrice),
    limit_price: numbers(({ limitPrice }) => limitPrice),
    trigger_price: numbers(({ triggerPrice }) => triggerPrice),
    created_time_ms: { int64: Float64Array.from(orders, ({ createdTimeMs }) => createdTimeMs) },
    closed_time_ms: { int64: Float64Array.from(orders, ({ closedTimeMs }) => closedTimeMs ?? -1) },
    state: orders.map(({ state }) => state),
    reason: orders.map(({ reason }) => reason),
    tag: orders.map(({ tag }) => tag),
  }
}
