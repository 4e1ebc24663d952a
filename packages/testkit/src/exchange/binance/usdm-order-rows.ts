import { stepsToNumber } from '@kestrel/core'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import { atomsNumber, atomsText } from '../core/atoms.ts'
import type { Fill, OrderState } from '../core/order-types.ts'
import { statusWord, stpWord } from './order-words.ts'

/** Type of the order that is, or was, in the book: a conditional one is a limit or market order by then. */
function bookType(order: OrderState): string {
  if (order.liquidation) return order.venueType ?? 'LIMIT'
  return order.type === 'limit' ? 'LIMIT' : 'MARKET'
}

/** Sums of futures have as many decimals as price and quantity together. */
function usdmSum(atoms: bigint, format: BinanceFormat): string {
  return atomsText(atoms, Math.min(8, format.priceDecimals + format.qtyDecimals))
}

/** Average price of what is filled. */
export function averagePrice(order: OrderState, format: BinanceFormat): string {
  if (order.filledLots === 0) return (0).toFixed(format.priceDecimals)
  const average = atomsNumber(order.filledQuoteAtoms) / stepsToNumber(order.filledLots, format.market.lot)
  return average.toFixed(format.priceDecimals + 3)
}

function workingType(order: OrderState): string {
  return order.trigger?.by === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE'
}

/** An order as every futures answer shows it; `cumQty` in answers to an instruction, `time` in look-ups. */
export function usdmOrder(order: OrderState, format: BinanceFormat, purpose: 'instruction' | 'look-up'): object {
  return {
    orderId: order.orderId,
    symbol: format.market.symbol,
    status: statusWord(order),
    clientOrderId: order.clientOrderId,
    price: format.price(order.priceTicks ?? 0),
    avgPrice: averagePrice(order, format),
    origQty: format.qty(order.qtyLots ?? 0),
    executedQty: format.qty(order.filledLots),
    ...(purpose === 'instruction' ? { cumQty: format.qty(order.filledLots) } : {}),
    cumQuote: usdmSum(order.filledQuoteAtoms, format),
    timeInForce: order.timeInForce,
    type: bookType(order),
    reduceOnly: order.reduceOnly,
    closePosition: order.closePosition,
    side: order.side.toUpperCase(),
    positionSide: order.positionSide.toUpperCase(),
    stopPrice: format.price(order.trigger?.priceTicks ?? 0),
    workingType: workingType(order),
    priceProtect: false,
    origType: order.venueType ?? bookType(order),
    priceMatch: 'NONE',
    selfTradePreventionMode: stpWord(order.selfTradePrevention),
    goodTillDate: order.expiresMs ?? 0,
    ...(purpose === 'look-up' ? { time: order.createdMs } : {}),
    updateTime: order.updatedMs,
  }
}

/** The venue's word for where a conditional order stands. */
export function algoStatus(order: OrderState): string {
  if (order.status === 'pending') return 'NEW'
  if (order.triggeredMs === undefined) return order.status === 'cancelled' ? 'CANCELED' : 'EXPIRED'
  if (order.status === 'rejected') return 'REJECTED'
  return order.status === 'open' || order.status === 'partly-filled' ? 'TRIGGERED' : 'FINISHED'
}

/** A conditional order of the algo service. */
export function algoOrder(order: OrderState, format: BinanceFormat, purpose: 'instruction' | 'look-up'): object {
  const fired = order.triggeredMs !== undefined && order.status !== 'rejected'
  return {
    algoId: order.conditionalId ?? 0,
    clientAlgoId: order.clientOrderId,
    algoType: 'CONDITIONAL',
    orderType: order.venueType ?? 'STOP_MARKET',
    symbol: format.market.symbol,
    side: order.side.toUpperCase(),
    positionSide: order.positionSide.toUpperCase(),
    timeInForce: order.timeInForce,
    quantity: format.qty(order.qtyLots ?? 0),
    algoStatus: algoStatus(order),
    ...(purpose === 'look-up'
      ? {
          actualOrderId: fired ? String(order.orderId) : '',
          actualPrice: fired ? averagePrice(order, format) : '0.00000',
        }
      : {}),
    triggerPrice: format.price(order.trigger?.priceTicks ?? 0),
    price: format.price(order.priceTicks ?? 0),
    icebergQuantity: null,
    ...(purpose === 'look-up' ? { tpOrderType: '' } : {}),
    selfTradePreventionMode: stpWord(order.selfTradePrevention),
    workingType: workingType(order),
    priceMatch: 'NONE',
    closePosition: order.closePosition,
    priceProtect: false,
    reduceOnly: order.reduceOnly,
    ...(order.trailing === undefined
      ? {}
      : {
          activatePrice: format.price(order.trailing.activationTicks ?? 0),
          callbackRate: (order.trailing.callbackBps / 100).toString(),
        }),
    createTime: order.createdMs,
    updateTime: order.updatedMs,
    triggerTime: order.triggeredMs ?? 0,
    goodTillDate: order.expiresMs ?? 0,
  }
}

/** A row of `userTrades`. */
export function usdmTrade(fill: Fill, format: BinanceFormat): object {
  return {
    symbol: format.market.symbol,
    id: fill.tradeId,
    orderId: fill.orderId,
    side: fill.side.toUpperCase(),
    price: format.price(fill.priceTicks),
    qty: format.qty(fill.qtyLots),
    realizedPnl: atomsText(fill.realizedAtoms),
    marginAsset: format.market.quote,
    quoteQty: usdmSum(fill.quoteAtoms, format),
    commission: atomsText(fill.feeAtoms),
    commissionAsset: fill.feeAsset,
    time: fill.tsMs,
    positionSide: fill.positionSide.toUpperCase(),
    maker: fill.maker,
    buyer: fill.side === 'buy',
  }
}
