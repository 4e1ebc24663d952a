import type { Income } from '../core/account-types.ts'
import type { Fill, OrderState } from '../core/order-types.ts'
import { roundToSteps, stepsToNumber } from '@kestrel/core'
import { atomsText, numberText } from './atoms-text.ts'
import type { BybitContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import { executionIdText, fundingIdText, orderIdText } from './order-ids.ts'
import { linkIdText } from './order-keys.ts'

/** Sequence numbers of the venue are large; the trade's own number is added. */
const FIRST_SEQUENCE = 15_961_900_000

/** What kind of execution a fill of the order is. */
export function executionType(order: OrderState | undefined): 'Trade' | 'BustTrade' {
  return order?.liquidation === true ? 'BustTrade' : 'Trade'
}

/** A fill as `execution/list` and the execution stream show it. */
export function executionRow(
  context: BybitContext,
  market: BybitMarket,
  fill: Fill,
  order: OrderState | undefined,
): Record<string, unknown> {
  const isSpot = market.category === 'spot'
  const leaves = order?.qtyLots === undefined ? 0 : order.qtyLots - order.filledLots
  return {
    symbol: market.symbol,
    orderType: order?.type === 'limit' ? 'Limit' : 'Market',
    underlyingPrice: '',
    orderLinkId: linkIdText(market, fill),
    orderId: orderIdText(market.category, fill.orderId),
    stopOrderType: order?.venueType ?? (isSpot ? '' : 'UNKNOWN'),
    execTime: String(fill.tsMs),
    feeCurrency: isSpot ? fill.feeAsset : '',
    feeRate: feeRate(market, fill),
    tradeIv: '',
    blockTradeId: '',
    markPrice: isSpot ? '' : numberText(context.exchange.prices(fill.marketId).markPrice ?? 0),
    execPrice: market.price(fill.priceTicks),
    markIv: '',
    orderQty: market.qty(order?.qtyLots ?? 0),
    orderPrice: order?.priceTicks === undefined ? '0' : market.price(order.priceTicks),
    execValue: atomsText(fill.quoteAtoms),
    closedSize: isSpot ? '' : market.qty(context.notes.closedLots(fill)),
    execType: executionType(order),
    seq: FIRST_SEQUENCE + fill.tradeId,
    side: fill.side === 'buy' ? 'Buy' : 'Sell',
    indexPrice: '',
    leavesQty: market.qty(Math.max(0, leaves)),
    isMaker: fill.maker,
    execFee: atomsText(fill.feeAtoms),
    execId: executionIdText(market.category, fill.tradeId, fill.side === 'buy'),
    marketUnit: order?.quoteAtoms === undefined ? '' : 'quoteCoin',
    execQty: market.qty(fill.qtyLots),
    // ccxt takes a fill with `createType` for one of derivatives, so spot goes without it, as on the venue.
    ...(isSpot ? {} : { createType: order?.liquidation === true ? 'CreateByLiq' : 'CreateByUser' }),
  }
}

/**
 * A funding payment: positive is paid, as fees are. The books hold the money only, so the quantity follows from the rate and the
 * mark price of the settlement.
 */
export function fundingRow(
  market: BybitMarket,
  income: Income,
  settled: { readonly fundingRate: number; readonly markPrice: number } | undefined,
): Record<string, unknown> {
  const rate = settled?.fundingRate ?? 0
  const mark = settled?.markPrice ?? market.lastPrice()
  const value = rate === 0 ? 0 : Number(-income.amountAtoms) / 1e8 / rate
  const qtyLots = roundToSteps(Math.abs(value) / mark, market.market.lot, 'nearest')
  return {
    symbol: market.symbol,
    orderType: 'UNKNOWN',
    underlyingPrice: '',
    orderLinkId: '',
    orderId: fundingIdText(income.incomeId),
    stopOrderType: 'UNKNOWN',
    execTime: String(income.tsMs),
    feeCurrency: '',
    createType: '',
    feeRate: numberText(rate),
    tradeIv: '',
    blockTradeId: '',
    markPrice: numberText(mark),
    execPrice: numberText(mark),
    markIv: '',
    orderQty: '0',
    orderPrice: '0',
    execValue: numberText(Math.abs(value)),
    closedSize: '0',
    execType: 'Funding',
    seq: FIRST_SEQUENCE + income.incomeId,
    side: value < 0 ? 'Sell' : 'Buy',
    indexPrice: '',
    leavesQty: '0',
    isMaker: false,
    execFee: atomsText(-income.amountAtoms),
    execId: fundingIdText(income.incomeId),
    marketUnit: '',
    execQty: market.qty(qtyLots),
  }
}

/** The rate that was charged: a share of the value, or of the quantity where the fee is in coins. */
function feeRate(market: BybitMarket, fill: Fill): string {
  const inCoins = fill.feeAsset === market.market.base && market.category === 'spot'
  const whole = inCoins ? stepsToNumber(fill.qtyLots, market.market.lot) : Number(fill.quoteAtoms) / 1e8
  return whole === 0 ? '0' : numberText(Number((Number(fill.feeAtoms) / 1e8 / whole).toFixed(6)))
}
