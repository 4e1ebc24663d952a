import type { BinanceFormat } from '../binance-market/binance-format.ts'
import { atomsText } from '../core/atoms.ts'
import type { Fill, OrderState } from '../core/order-types.ts'
import { statusWord, stpWord } from './order-words.ts'

/** `GTX` is what the venue calls the order type `LIMIT_MAKER` with `GTC`. */
export function spotTimeInForce({ timeInForce }: OrderState): string {
  return timeInForce === 'GTX' || timeInForce === 'GTD' ? 'GTC' : timeInForce
}

export function spotType(order: OrderState): string {
  return order.venueType ?? (order.type === 'limit' ? 'LIMIT' : 'MARKET')
}

/** Quantity of an order; of one for a sum, what it got. */
export function spotQuantity(order: OrderState, format: BinanceFormat): string {
  return format.qty(order.qtyLots ?? order.filledLots)
}

/** Fields that every answer about a spot order has. */
function common(order: OrderState, format: BinanceFormat): object {
  return {
    price: format.price(order.priceTicks ?? 0),
    origQty: spotQuantity(order, format),
    executedQty: format.qty(order.filledLots),
    origQuoteOrderQty: atomsText(order.quoteAtoms ?? 0n),
    cummulativeQuoteQty: atomsText(order.filledQuoteAtoms),
    status: statusWord(order),
    timeInForce: spotTimeInForce(order),
    type: spotType(order),
    side: order.side.toUpperCase(),
  }
}

function extras(order: OrderState, format: BinanceFormat): object {
  return {
    ...(order.trigger?.priceTicks === undefined || order.trailing !== undefined
      ? {}
      : { stopPrice: format.price(order.trigger.priceTicks) }),
    ...(order.visibleLots === undefined ? {} : { icebergQty: format.qty(order.visibleLots) }),
    ...(order.trailing === undefined
      ? {}
      : { trailingDelta: order.trailing.callbackBps, trailingTime: order.createdMs }),
  }
}

/** Answer to a new order: `ACK`, `RESULT` or `FULL`. */
export function newSpotOrder(
  order: OrderState,
  fills: readonly Fill[],
  format: BinanceFormat,
  kind: 'ACK' | 'RESULT' | 'FULL',
): object {
  const head = {
    symbol: format.market.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    transactTime: order.updatedMs,
  }
  if (kind === 'ACK') return head
  return {
    ...head,
    ...common(order, format),
    ...extras(order, format),
    workingTime: order.workingMs ?? -1,
    ...(kind === 'FULL' ? { fills: fills.map((fill) => fillRow(fill, format)) } : {}),
    selfTradePreventionMode: stpWord(order.selfTradePrevention),
  }
}

function fillRow(fill: Fill, format: BinanceFormat): object {
  return {
    price: format.price(fill.priceTicks),
    qty: format.qty(fill.qtyLots),
    commission: atomsText(fill.feeAtoms),
    commissionAsset: fill.feeAsset,
    tradeId: fill.tradeId,
  }
}

/** An order as look-ups and lists show it. */
export function spotOrder(order: OrderState, format: BinanceFormat): object {
  return {
    symbol: format.market.symbol,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    ...common(order, format),
    stopPrice: format.price(order.trailing === undefined ? (order.trigger?.priceTicks ?? 0) : 0),
    ...(order.trailing === undefined
      ? {}
      : { trailingDelta: order.trailing.callbackBps, trailingTime: order.createdMs }),
    icebergQty: format.qty(order.visibleLots ?? 0),
    time: order.createdMs,
    updateTime: order.updatedMs,
    isWorking: order.workingMs !== undefined,
    workingTime: order.workingMs ?? -1,
    selfTradePreventionMode: stpWord(order.selfTradePrevention),
  }
}

/** Answer to a cancel: `clientOrderId` names the cancel, `origClientOrderId` the order. */
export function cancelledSpotOrder(order: OrderState, format: BinanceFormat, cancelId: string): object {
  return {
    symbol: format.market.symbol,
    origClientOrderId: order.clientOrderId,
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: cancelId,
    transactTime: order.updatedMs,
    ...common(order, format),
    ...extras(order, format),
    selfTradePreventionMode: stpWord(order.selfTradePrevention),
  }
}

/** A row of `myTrades`. */
export function spotTrade(fill: Fill, format: BinanceFormat): object {
  return {
    symbol: format.market.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    orderListId: -1,
    price: format.price(fill.priceTicks),
    qty: format.qty(fill.qtyLots),
    quoteQty: atomsText(fill.quoteAtoms),
    commission: atomsText(fill.feeAtoms),
    commissionAsset: fill.feeAsset,
    time: fill.tsMs,
    isBuyer: fill.side === 'buy',
    isMaker: fill.maker,
    isBestMatch: true,
  }
}
