import type { Instrument } from '@kestrel/core'
import type { OrderType, VenueFill, VenueOrder, VenueOrderState, VenuePosition } from '@kestrel/kernel'
import {
  booleanOf,
  decimalOf,
  neededText,
  priceOf,
  type Row,
  sideOf,
  textOf,
  timeOf,
  unreadable,
} from '../../raw-answer.ts'
import type { Product } from '../../trading-options.ts'
import { venueFillOf, venueOrderOf, venuePositionOf } from '../../venue-reading.ts'
import type { Desk } from '../dialect.ts'

const STATES: Readonly<Record<string, VenueOrderState>> = {
  Created: 'open',
  New: 'open',
  PartiallyFilled: 'open',
  Untriggered: 'open',
  Triggered: 'open',
  Active: 'open',
  Filled: 'filled',
  Cancelled: 'cancelled',
  PartiallyFilledCanceled: 'cancelled',
  Deactivated: 'cancelled',
  Rejected: 'rejected',
}

/** States of a conditional order that has not been set off. */
const WAITING = new Set(['Untriggered', 'Deactivated', 'Created'])

/** Executions that change a position; `Funding` and settlements are booked otherwise. */
const EXECUTIONS = new Set(['Trade', 'AdlTrade', 'BustTrade'])

/** @param category - Of the answer, where its rows do not state it. */
function bybitInstrument(desk: Desk, row: Row, category: string | undefined): Instrument | undefined {
  const product = (textOf(row, 'category') ?? category) as Product | undefined
  const products = product === undefined ? desk.products : desk.products.filter((each) => each === product)
  return desk.book.instrumentAt(neededText(row, 'symbol'), products)
}

function typeOf(row: Row): OrderType {
  const orderType = neededText(row, 'orderType')
  if (orderType !== 'Market' && orderType !== 'Limit') throw unreadable('the type of an order', orderType)
  const isLimit = orderType === 'Limit'
  if (textOf(row, 'stopOrderType') === 'TrailingStop') return 'trailing-stop'
  if (priceOf(row, 'triggerPrice') === undefined) return isLimit ? 'limit' : 'market'
  const direction = decimalOf(row, 'triggerDirection') ?? 0
  // 1 waits for a rise, 2 for a fall, 0 does not say; a stop buys into a rise.
  const isTakeProfit = direction !== 0 && (direction === 1) !== (sideOf(row, 'side') === 'buy')
  if (isTakeProfit) return isLimit ? 'take-profit-limit' : 'take-profit'
  return isLimit ? 'stop-limit' : 'stop-market'
}

/** An order, from a request's answer or the stream; both have the same fields. */
export function readBybitOrder(desk: Desk, row: Row, category?: string): VenueOrder | undefined {
  const instrument = bybitInstrument(desk, row, category)
  if (instrument === undefined) return undefined
  const status = neededText(row, 'orderStatus')
  const state = STATES[status]
  if (state === undefined) throw unreadable('the state of an order', status)
  const type = typeOf(row)
  const reason = textOf(row, 'rejectReason') ?? ''
  const inMoney = instrument.kind === 'spot' && textOf(row, 'marketUnit') === 'quoteCoin'
  const filled = decimalOf(row, 'cumExecQty') ?? 0
  return venueOrderOf({
    instrument,
    venueOrderId: neededText(row, 'orderId'),
    clientOrderId: textOf(row, 'orderLinkId'),
    side: sideOf(row, 'side'),
    type,
    state,
    quantity: inMoney ? filled : (decimalOf(row, 'qty') ?? 0),
    filled,
    averagePrice: priceOf(row, 'avgPrice'),
    limitPrice: type.endsWith('limit') ? priceOf(row, 'price') : undefined,
    triggerPrice: priceOf(row, 'triggerPrice'),
    reduceOnly: booleanOf(row, 'reduceOnly', 'closeOnTrigger'),
    isTriggered: type !== 'market' && type !== 'limit' && !WAITING.has(status),
    reason: reason === 'EC_NoError' ? '' : reason,
    tsEventMs: timeOf(row, 'updatedTime', 'createdTime'),
  })
}

/** An execution; undefined for those that are no trade. */
export function readBybitFill(desk: Desk, row: Row, category?: string): VenueFill | undefined {
  const instrument = bybitInstrument(desk, row, category)
  const kind = textOf(row, 'execType') ?? 'Trade'
  if (instrument === undefined || !EXECUTIONS.has(kind)) return undefined
  const price = priceOf(row, 'execPrice')
  if (price === undefined) throw unreadable('a fill without a price')
  const side = sideOf(row, 'side')
  const amount = decimalOf(row, 'execFee')
  // On spot a fee is taken from what is received, a rebate is given in the other currency.
  const received = (side === 'buy') === (amount ?? 0) >= 0 ? instrument.base : instrument.quote
  const currency =
    textOf(row, 'feeCurrency', 'feeCoin') ?? (instrument.kind === 'spot' ? received : instrument.settleCurrency)
  return venueFillOf({
    fillId: neededText(row, 'execId'),
    venueOrderId: neededText(row, 'orderId'),
    clientOrderId: textOf(row, 'orderLinkId'),
    instrument,
    side,
    quantity: decimalOf(row, 'execQty') ?? Number.NaN,
    price,
    fee: amount === undefined ? undefined : { currency, amount },
    liquidity: kind !== 'Trade' ? 'liquidation' : booleanOf(row, 'isMaker') ? 'maker' : 'taker',
    tsEventMs: timeOf(row, 'execTime'),
  })
}

export function readBybitPosition(desk: Desk, row: Row, category?: string): VenuePosition | undefined {
  const instrument = bybitInstrument(desk, row, category)
  const size = decimalOf(row, 'size')
  if (instrument === undefined || size === undefined) return undefined
  const index = decimalOf(row, 'positionIdx') ?? 0
  return venuePositionOf({
    instrument,
    side: index === 1 ? 'long' : index === 2 ? 'short' : 'net',
    signedQuantity: textOf(row, 'side') === 'Sell' ? -size : size,
    entryPrice: priceOf(row, 'avgPrice', 'entryPrice') ?? Number.NaN,
    markPrice: priceOf(row, 'markPrice'),
    liquidationPrice: priceOf(row, 'liqPrice'),
    leverage: priceOf(row, 'leverage'),
    marginMode: decimalOf(row, 'tradeMode') === 1 ? 'isolated' : 'cross',
  })
}
