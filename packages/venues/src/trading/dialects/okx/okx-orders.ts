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
import { venueFillOf, venueOrderOf, venuePositionOf } from '../../venue-reading.ts'
import type { Desk } from '../dialect.ts'

const STATES: Readonly<Record<string, VenueOrderState>> = {
  live: 'open',
  pause: 'open',
  partially_filled: 'open',
  partially_effective: 'open',
  effective: 'open',
  filled: 'filled',
  canceled: 'cancelled',
  mmp_canceled: 'cancelled',
  order_failed: 'rejected',
}

/** Kinds of the algo service. */
export const OKX_ALGO_KINDS = ['trigger', 'conditional', 'move_order_stop'] as const

function okxInstrument(desk: Desk, row: Row): Instrument | undefined {
  return desk.book.instrumentAt(neededText(row, 'instId'), desk.products)
}

function stateOf(text: string): VenueOrderState {
  const state = STATES[text]
  if (state === undefined) throw unreadable('the state of an order', text)
  return state
}

/** Type of an order in the market; those of the algo service are read by {@link readOkxAlgo}. */
function plainType(ordType: string): OrderType {
  if (ordType === 'market' || ordType === 'optimal_limit_ioc') return 'market'
  if (['limit', 'post_only', 'fok', 'ioc', 'rpi', 'mmp', 'mmp_and_post_only'].includes(ordType)) return 'limit'
  throw unreadable('the type of an order', ordType)
}

/** An order in the market, from a request's answer or the stream. One that a stop became is read as that stop. */
export function readOkxOrder(desk: Desk, row: Row): VenueOrder | undefined {
  const instrument = okxInstrument(desk, row)
  if (instrument === undefined) return undefined
  const venueOrderId = neededText(row, 'ordId')
  const stop = desk.triggered.of(venueOrderId)
  const type = plainType(neededText(row, 'ordType'))
  const filled = decimalOf(row, 'accFillSz') ?? 0
  const inMoney = textOf(row, 'tgtCcy') === 'quote_ccy'
  return venueOrderOf({
    instrument,
    venueOrderId: stop?.venueOrderId ?? textOf(row, 'algoId') ?? venueOrderId,
    clientOrderId: stop?.clientOrderId ?? textOf(row, 'algoClOrdId', 'clOrdId'),
    side: sideOf(row, 'side'),
    type: stop?.type ?? type,
    state: stateOf(neededText(row, 'state')),
    quantity: inMoney ? filled : (decimalOf(row, 'sz') ?? 0),
    filled,
    averagePrice: priceOf(row, 'avgPx'),
    limitPrice: type === 'limit' ? priceOf(row, 'px') : undefined,
    triggerPrice: stop?.triggerPrice,
    reduceOnly: booleanOf(row, 'reduceOnly'),
    isTriggered: stop !== undefined || textOf(row, 'algoId') !== undefined,
    reason: textOf(row, 'cancelSourceReason', 'msg') ?? '',
    tsEventMs: timeOf(row, 'uTime', 'cTime'),
  })
}

/**
 * An order of the algo service, and the order that it became where there is one. A `trigger` order does not say whether it
 * is a stop or a take-profit; it is read as a stop.
 */
export function readOkxAlgo(desk: Desk, row: Row, actual: VenueOrder | undefined): VenueOrder | undefined {
  const instrument = okxInstrument(desk, row)
  if (instrument === undefined) return undefined
  const kind = neededText(row, 'ordType')
  const orderPrice = textOf(row, 'ordPx', 'orderPx', 'slOrdPx', 'tpOrdPx') ?? '-1'
  const isTakeProfit = priceOf(row, 'tpTriggerPx') !== undefined && priceOf(row, 'slTriggerPx') === undefined
  const isLimit = Number(orderPrice) > 0
  const status = neededText(row, 'state')
  const order = venueOrderOf({
    instrument,
    venueOrderId: neededText(row, 'algoId'),
    clientOrderId: textOf(row, 'algoClOrdId', 'clOrdId'),
    side: sideOf(row, 'side'),
    type: kind === 'move_order_stop' ? 'trailing-stop' : conditionalType(isTakeProfit, isLimit),
    state: stateOf(status),
    quantity: decimalOf(row, 'sz') ?? 0,
    filled: 0,
    averagePrice: undefined,
    limitPrice: isLimit ? Number(orderPrice) : undefined,
    triggerPrice: priceOf(row, 'triggerPx', 'slTriggerPx', 'tpTriggerPx', 'moveTriggerPx', 'activePx'),
    reduceOnly: booleanOf(row, 'reduceOnly') || textOf(row, 'closeFraction') !== undefined,
    isTriggered: status === 'effective' || status === 'partially_effective',
    reason: textOf(row, 'failCode') ?? '',
    tsEventMs: timeOf(row, 'uTime', 'cTime'),
  })
  if (actual === undefined) return order
  const { state, quantityLots, filledLots, averagePrice, tsEventMs } = actual
  return { ...order, state, quantityLots, filledLots, averagePrice, tsEventMs, isTriggered: true }
}

function conditionalType(isTakeProfit: boolean, isLimit: boolean): OrderType {
  if (isTakeProfit) return isLimit ? 'take-profit-limit' : 'take-profit'
  return isLimit ? 'stop-limit' : 'stop-market'
}

/** Joins a stop to the order that it became; gives that one's number. */
export function rememberOkxActual(
  desk: Desk,
  row: Row,
): { readonly actualId: string | undefined; readonly fills: readonly VenueFill[] } {
  const ids = row['ordIdList']
  const actualId = textOf(row, 'ordId') ?? (Array.isArray(ids) && typeof ids[0] === 'string' ? ids[0] : undefined)
  const algo = readOkxAlgo(desk, row, undefined)
  if (actualId === undefined || actualId === '0' || algo === undefined) return { actualId: undefined, fills: [] }
  const { venueOrderId, clientOrderId, type } = algo
  const triggerPrice = priceOf(row, 'triggerPx', 'slTriggerPx', 'tpTriggerPx')
  return { actualId, fills: desk.triggered.join(actualId, { venueOrderId, clientOrderId, type, triggerPrice }) }
}

/** Fills of a liquidation or of automatic deleveraging. */
function isForced(subType: number | undefined): boolean {
  return subType !== undefined && ((subType >= 100 && subType <= 113) || (subType >= 125 && subType <= 128))
}

/** A fill: a row of the fills' list, or of the order stream, whose fields have other names. */
export function readOkxFill(desk: Desk, row: Row): VenueFill | undefined {
  const instrument = okxInstrument(desk, row)
  const fillId = textOf(row, 'tradeId')
  if (instrument === undefined || fillId === undefined) return undefined
  const orderId = neededText(row, 'ordId')
  const stop = desk.triggered.of(orderId)
  const price = priceOf(row, 'fillPx')
  if (price === undefined) throw unreadable('a fill without a price')
  // In the order stream `fee` is the sum over the order's fills.
  const amount = 'fillFee' in row ? decimalOf(row, 'fillFee') : decimalOf(row, 'fee')
  const currency = textOf(row, 'fillFeeCcy', 'feeCcy')
  return venueFillOf({
    fillId,
    venueOrderId: stop?.venueOrderId ?? textOf(row, 'algoId') ?? orderId,
    clientOrderId: stop?.clientOrderId ?? textOf(row, 'algoClOrdId', 'clOrdId'),
    instrument,
    side: sideOf(row, 'side'),
    quantity: decimalOf(row, 'fillSz') ?? Number.NaN,
    price,
    // Negative when paid.
    fee: amount === undefined || currency === undefined ? undefined : { currency, amount: 0 - amount },
    liquidity: isForced(decimalOf(row, 'subType'))
      ? 'liquidation'
      : textOf(row, 'execType') === 'M'
        ? 'maker'
        : 'taker',
    tsEventMs: timeOf(row, 'fillTime', 'ts'),
  })
}

export function readOkxPosition(desk: Desk, row: Row): VenuePosition | undefined {
  const instrument = okxInstrument(desk, row)
  const quantity = decimalOf(row, 'pos')
  if (instrument === undefined || instrument.kind === 'spot' || quantity === undefined) return undefined
  const side = textOf(row, 'posSide')
  return venuePositionOf({
    instrument,
    side: side === 'long' ? 'long' : side === 'short' ? 'short' : 'net',
    signedQuantity: side === 'short' ? -Math.abs(quantity) : quantity,
    entryPrice: priceOf(row, 'avgPx') ?? Number.NaN,
    markPrice: priceOf(row, 'markPx'),
    liquidationPrice: priceOf(row, 'liqPx'),
    leverage: priceOf(row, 'lever'),
    marginMode: textOf(row, 'mgnMode') === 'isolated' ? 'isolated' : 'cross',
  })
}
