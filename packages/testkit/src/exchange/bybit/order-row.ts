import { roundToSteps, stepsToNumber } from '@kestrel/core'
import type { OrderState } from '../core/order-types.ts'
import { atomsText, numberText } from './atoms-text.ts'
import type { BybitContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import { orderIdText } from './order-ids.ts'
import { linkIdText } from './order-keys.ts'

const POSITION_IDX = { both: 0, long: 1, short: 2 } as const

const TRIGGER_BY = { last: 'LastPrice', mark: 'MarkPrice', index: 'IndexPrice' } as const

const TIMES_IN_FORCE = { GTC: 'GTC', GTD: 'GTC', IOC: 'IOC', FOK: 'FOK', GTX: 'PostOnly' } as const

/** A market order of derivatives becomes a limit order this far beyond the last price. */
const PROTECTION_RATE = 0.03

/** The order's state in the venue's words. */
export function orderStatus(order: OrderState, { category }: BybitMarket): string {
  switch (order.status) {
    case 'pending':
      return 'Untriggered'
    case 'open':
      return 'New'
    case 'partly-filled':
      return 'PartiallyFilled'
    case 'filled':
      return 'Filled'
    case 'rejected':
      return 'Rejected'
    default:
      if (order.trigger !== undefined && order.triggeredMs === undefined) return 'Deactivated'
      // Only spot tells a partial fill from none when the rest is gone.
      return order.filledLots > 0 && category === 'spot' ? 'PartiallyFilledCanceled' : 'Cancelled'
  }
}

/** Whether anything can still happen to it. */
export function isOpenOrder({ status }: OrderState): boolean {
  return status === 'pending' || status === 'open' || status === 'partly-filled'
}

/** Why the order ended short of its quantity. Source: Bybit v5 documentation, "Enums Definitions", rejectReason. */
function rejectReason(order: OrderState, context: BybitContext): string {
  const away = context.notes.turnedAwayReason(order.orderId)
  if (away !== undefined) return away
  if (order.status === 'rejected') return 'EC_Others'
  if (order.status === 'cancelled') return 'EC_PerCancelRequest'
  if (order.status === 'expired-in-match') return 'EC_BySelfMatch'
  if (order.status !== 'expired') return 'EC_NoError'
  if (order.timeInForce === 'GTX') return 'EC_PostOnlyWillTakeLiquidity'
  if (order.timeInForce === 'FOK' || order.filledLots > 0) return 'EC_CancelForNoFullFill'
  return 'EC_NoImmediateQtyToFill'
}

/** An order as `order/realtime`, `order/history` and the order stream show it. Spot lacks some of the fields. */
export function orderRow(context: BybitContext, market: BybitMarket, order: OrderState): Record<string, unknown> {
  const isSpot = market.category === 'spot'
  const fills = order.filledLots === 0 ? [] : context.exchange.trades(order.accountId, fillsOf(order))
  const fee = fills.reduce((sum, { feeAtoms }) => sum + feeAtoms, 0n)
  const leaves = leavesOf(market, order)
  const lastTicks = context.notes.lastTicksAtCreation(order.orderId)
  const feeAsset = fills[0]?.feeAsset
  return {
    symbol: market.symbol,
    orderType: order.type === 'market' ? 'Market' : 'Limit',
    orderLinkId: linkIdText(market, order),
    slLimitPrice: '0',
    orderId: orderIdText(market.category, order.orderId),
    cancelType: order.status === 'cancelled' && !isSpot ? 'CancelByUser' : 'UNKNOWN',
    avgPrice: averagePrice(market, order),
    stopOrderType: order.venueType ?? '',
    lastPriceOnCreated: isSpot || lastTicks === undefined ? '' : market.price(lastTicks),
    orderStatus: orderStatus(order, market),
    takeProfit: isSpot ? '0' : '',
    cumExecValue: atomsText(order.filledQuoteAtoms),
    smpType: 'None',
    triggerDirection: order.trigger === undefined ? 0 : order.trigger.when === 'rise' ? 1 : 2,
    blockTradeId: '',
    isLeverage: isSpot ? '0' : '',
    rejectReason: rejectReason(order, context),
    price: priceText(market, order, lastTicks),
    orderIv: '',
    createdTime: String(order.createdMs),
    tpTriggerBy: '',
    positionIdx: POSITION_IDX[order.positionSide],
    timeInForce: TIMES_IN_FORCE[order.timeInForce],
    leavesValue: leaves.value,
    updatedTime: String(order.updatedMs),
    side: order.side === 'buy' ? 'Buy' : 'Sell',
    smpGroup: 0,
    triggerPrice:
      order.trigger?.priceTicks === undefined
        ? isSpot
          ? market.price(0)
          : ''
        : market.price(order.trigger.priceTicks),
    tpLimitPrice: '0',
    cumExecFee: atomsText(fee),
    slTriggerBy: '',
    leavesQty: leaves.qty,
    closeOnTrigger: order.closePosition,
    placeType: '',
    cumExecQty: market.qty(order.filledLots),
    reduceOnly: order.reduceOnly || order.closePosition,
    qty: order.quoteAtoms === undefined ? market.qty(order.qtyLots ?? 0) : atomsText(order.quoteAtoms),
    stopLoss: isSpot ? '0' : '',
    marketUnit: isSpot && order.type === 'market' ? (order.quoteAtoms === undefined ? 'baseCoin' : 'quoteCoin') : '',
    smpOrderId: '',
    triggerBy: order.trigger === undefined || isSpot ? '' : TRIGGER_BY[order.trigger.by],
    // ccxt takes an order with `tpslMode` for one of derivatives, so spot goes without it, as on the venue.
    ...(isSpot
      ? {}
      : {
          createType: order.liquidation ? 'CreateByLiq' : 'CreateByUser',
          tpslMode: '',
          cumFeeDetail: feeAsset === undefined ? {} : { [feeAsset]: atomsText(fee) },
        }),
  }
}

function fillsOf(order: OrderState): { marketId: OrderState['marketId']; orderId: number } {
  return { marketId: order.marketId, orderId: order.orderId }
}

function averagePrice(market: BybitMarket, order: OrderState): string {
  if (order.filledLots === 0) return ''
  const quantity = stepsToNumber(order.filledLots, market.market.lot)
  return numberText(Number(order.filledQuoteAtoms) / 1e8 / quantity)
}

function priceText(market: BybitMarket, order: OrderState, lastTicks: number | undefined): string {
  if (order.priceTicks !== undefined) return market.price(order.priceTicks)
  if (market.category === 'spot' || lastTicks === undefined) return '0'
  const last = stepsToNumber(lastTicks, market.market.tick)
  const limit = last * (order.side === 'buy' ? 1 + PROTECTION_RATE : 1 - PROTECTION_RATE)
  return market.price(roundToSteps(limit, market.market.tick, 'nearest'))
}

/** What may still be filled, in base units and at the order's price; nothing of an order that is over. */
function leavesOf(market: BybitMarket, order: OrderState): { readonly qty: string; readonly value: string } {
  const isSpot = market.category === 'spot'
  if (order.quoteAtoms !== undefined)
    return { qty: market.qty(0), value: atomsText(order.quoteAtoms - order.filledQuoteAtoms) }
  const lots = (order.qtyLots ?? 0) - order.filledLots - order.preventedLots
  if (!isOpenOrder(order) && !isSpot) return { qty: '0', value: '0' }
  const value = market.value(BigInt(order.priceTicks ?? 0) * BigInt(lots))
  return { qty: isOpenOrder(order) ? market.qty(lots) : '0', value }
}
