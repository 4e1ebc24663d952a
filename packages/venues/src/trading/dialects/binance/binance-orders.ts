import type { Instrument } from '@kestrel/core'
import type { OrderType, VenueFill, VenueOrder, VenueOrderState } from '@kestrel/kernel'
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
import { venueFillOf, venueOrderOf } from '../../venue-reading.ts'
import type { Desk } from '../dialect.ts'
import { isConditional } from '../order-terms.ts'

const STATES: Readonly<Record<string, VenueOrderState>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  TRIGGERING: 'open',
  TRIGGERED: 'open',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
}

const SPOT_TYPES: Readonly<Record<string, OrderType>> = {
  LIMIT: 'limit',
  LIMIT_MAKER: 'limit',
  MARKET: 'market',
  STOP_LOSS: 'stop-market',
  STOP_LOSS_LIMIT: 'stop-limit',
  TAKE_PROFIT: 'take-profit',
  TAKE_PROFIT_LIMIT: 'take-profit-limit',
}

const CONTRACT_TYPES: Readonly<Record<string, OrderType>> = {
  LIMIT: 'limit',
  MARKET: 'market',
  LIQUIDATION: 'market',
  STOP: 'stop-limit',
  STOP_MARKET: 'stop-market',
  TAKE_PROFIT: 'take-profit-limit',
  TAKE_PROFIT_MARKET: 'take-profit',
  TRAILING_STOP_MARKET: 'trailing-stop',
}

export function binanceState(text: string): VenueOrderState {
  const state = STATES[text]
  if (state === undefined) throw unreadable('the state of an order', text)
  return state
}

export function binanceType(text: string, isSpot: boolean): OrderType {
  const type = (isSpot ? SPOT_TYPES : CONTRACT_TYPES)[text]
  if (type === undefined) throw unreadable('the type of an order', text)
  return type
}

/** Instrument of a row; undefined for markets that are not traded here. */
export function binanceInstrument(desk: Desk, row: Row, ...names: readonly string[]): Instrument | undefined {
  return desk.book.instrumentAt(neededText(row, ...names), desk.products)
}

/**
 * An order of spot or futures, from a request's answer. An order that a stop of the algo service became is read as that
 * stop.
 */
export function readBinanceOrder(desk: Desk, row: Row): VenueOrder | undefined {
  const instrument = binanceInstrument(desk, row, 'symbol')
  if (instrument === undefined) return undefined
  const isSpot = instrument.kind === 'spot'
  const venueOrderId = neededText(row, 'orderId')
  const stop = desk.triggered.of(venueOrderId)
  const type = isSpot && textOf(row, 'trailingDelta') !== undefined ? 'trailing-stop' : undefined
  const stated = binanceType(neededText(row, 'origType', 'type'), isSpot)
  const triggerPrice = priceOf(row, 'stopPrice') ?? stop?.triggerPrice
  const filled = decimalOf(row, 'executedQty') ?? 0
  const money = decimalOf(row, 'cummulativeQuoteQty') ?? Number.NaN
  const averagePrice = priceOf(row, 'avgPrice') ?? (filled > 0 && money > 0 ? money / filled : undefined)
  return venueOrderOf({
    instrument,
    venueOrderId: stop?.venueOrderId ?? venueOrderId,
    // The answer to a cancellation names the cancellation, and the order in `origClientOrderId`.
    clientOrderId: stop?.clientOrderId ?? textOf(row, 'origClientOrderId', 'clientOrderId'),
    side: sideOf(row, 'side'),
    type: stop?.type ?? type ?? stated,
    state: binanceState(neededText(row, 'status')),
    quantity: decimalOf(row, 'origQty') ?? 0,
    filled,
    averagePrice,
    limitPrice: priceOf(row, 'price'),
    triggerPrice,
    reduceOnly: booleanOf(row, 'reduceOnly', 'closePosition'),
    // Futures keep stops elsewhere, so one that is here was set off.
    isTriggered: stop !== undefined || (isConditional(stated) && (!isSpot || row['isWorking'] === true)),
    reason: '',
    tsEventMs: timeOf(row, 'updateTime', 'transactTime', 'time'),
  })
}

/** A conditional order of the algo service, and the order that it became where there is one. */
export function readBinanceAlgo(desk: Desk, row: Row, actual: VenueOrder | undefined): VenueOrder | undefined {
  const instrument = binanceInstrument(desk, row, 'symbol')
  if (instrument === undefined) return undefined
  const type = binanceType(neededText(row, 'orderType'), false)
  const status = neededText(row, 'algoStatus')
  const quantity = decimalOf(row, 'quantity') ?? 0
  const done = decimalOf(row, 'actualQty') ?? 0
  const filled = actual === undefined ? done : 0
  const order = venueOrderOf({
    instrument,
    venueOrderId: neededText(row, 'algoId'),
    clientOrderId: textOf(row, 'clientAlgoId'),
    side: sideOf(row, 'side'),
    type,
    state: status === 'FINISHED' ? finishedState(filled, quantity) : binanceState(status),
    quantity,
    filled,
    averagePrice: priceOf(row, 'actualPrice'),
    limitPrice: priceOf(row, 'price'),
    triggerPrice: priceOf(row, 'triggerPrice', 'activatePrice'),
    reduceOnly: booleanOf(row, 'reduceOnly', 'closePosition'),
    isTriggered: status === 'TRIGGERING' || status === 'TRIGGERED' || status === 'FINISHED',
    reason: textOf(row, 'failReason') ?? '',
    tsEventMs: timeOf(row, 'updateTime', 'createTime'),
  })
  if (actual === undefined) return order
  const { state, quantityLots, filledLots, averagePrice, tsEventMs } = actual
  return { ...order, state, quantityLots, filledLots, averagePrice, tsEventMs, isTriggered: true }
}

/** The service says only that it is over. */
export function finishedState(filled: number, quantity: number): VenueOrderState {
  return filled > 0 && filled >= quantity * (1 - 1e-9) ? 'filled' : 'cancelled'
}

/** A trade of spot or futures, from a request's answer. It names no client order id. */
export function readBinanceFill(desk: Desk, row: Row): VenueFill | undefined {
  const instrument = binanceInstrument(desk, row, 'symbol')
  if (instrument === undefined) return undefined
  const venueOrderId = neededText(row, 'orderId')
  const amount = decimalOf(row, 'commission')
  const currency = textOf(row, 'commissionAsset')
  const price = priceOf(row, 'price')
  if (price === undefined) throw unreadable('a fill without a price')
  return venueFillOf({
    fillId: neededText(row, 'id'),
    venueOrderId: desk.triggered.of(venueOrderId)?.venueOrderId ?? venueOrderId,
    clientOrderId: desk.triggered.of(venueOrderId)?.clientOrderId,
    instrument,
    side: 'side' in row ? sideOf(row, 'side') : row['isBuyer'] === true ? 'buy' : 'sell',
    quantity: decimalOf(row, 'qty') ?? Number.NaN,
    price,
    fee: amount === undefined || currency === undefined ? undefined : { currency, amount },
    liquidity: booleanOf(row, 'maker', 'isMaker') ? 'maker' : 'taker',
    tsEventMs: timeOf(row, 'time'),
  })
}
