import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import type { OrderKey, OrderState } from '../core/order-types.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { cancelIdOf } from './cancel-ids.ts'
import { historyWindow, lastRows } from './history-window.ts'
import { clientIdParam } from './order-words.ts'
import { refusalFor } from './refusal-codes.ts'
import { quantityParam, spotIntent } from './spot-order-entry.ts'
import { cancelledSpotOrder, newSpotOrder, spotOrder, spotTrade } from './spot-order-rows.ts'

/** The order that `orderId` or `origClientOrderId` names. */
function keyOf({ params }: BinanceCall, idName = 'orderId', clientName = 'origClientOrderId'): OrderKey {
  const orderId = params.whole(idName)
  if (orderId !== undefined) return { orderId }
  const clientOrderId = params.text(clientName)
  if (clientOrderId !== undefined) return { clientOrderId }
  throw new BinanceRefusal(-1102, `Param '${clientName}' or '${idName}' must be sent, but both were empty/null!`)
}

function responseKind({ params }: BinanceCall, type: string | undefined): 'ACK' | 'RESULT' | 'FULL' {
  const refusal = new BinanceRefusal(-1104, "Parameter 'newOrderRespType' is not valid.")
  const word = params.word('newOrderRespType', ['ACK', 'RESULT', 'FULL'], refusal)
  return word ?? (type === 'LIMIT' || type === 'MARKET' ? 'FULL' : 'ACK')
}

export const placeSpot: BinanceEndpoint = (call) => {
  const format = call.context.marketOf(call.params)
  const intent = spotIntent(call.params, format)
  const kind = responseKind(call, intent.venueType)
  const outcome = call.context.core.place(call.accountId, intent)
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return newSpotOrder(outcome.value.order, outcome.value.fills, format, kind)
}

export const testSpot: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const outcome = context.core.check(accountId, spotIntent(params, format))
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return {}
}

export const readSpot: BinanceEndpoint = (call) => {
  const format = call.context.marketOf(call.params)
  const order = call.context.core.order(call.accountId, format.market.id, keyOf(call))
  if (order === undefined) throw new BinanceRefusal(-2013, 'Order does not exist.')
  return spotOrder(order, format)
}

export const cancelSpot: BinanceEndpoint = (call) => {
  const format = call.context.marketOf(call.params)
  const outcome = call.context.core.cancel(call.accountId, format.market.id, keyOf(call))
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return cancelled(call, outcome.value, format)
}

function cancelled({ params }: BinanceCall, order: OrderState, format: BinanceFormat): object {
  return cancelledSpotOrder(
    order,
    format,
    clientIdParam(params, ['newClientOrderId']) ?? cancelIdOf(order.clientOrderId),
  )
}

export const cancelAllSpot: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const orders = context.core.cancelAll(accountId, format.market.id)
  if (orders.length === 0) throw new BinanceRefusal(-2011, 'Unknown order sent.')
  return orders.map((order) => cancelledSpotOrder(order, format, cancelIdOf(order.clientOrderId)))
}

export const openSpot: BinanceEndpoint = ({ context, params, accountId }) => {
  const chosen = context.optionalMarket(params)?.market.id
  return context.core
    .openOrders(accountId, chosen)
    .filter(({ marketId }) => marketId.startsWith('spot:'))
    .map((order) => spotOrder(order, context.format(order.marketId)))
}

export const allSpot: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const window = historyWindow(params, { marketId: format.market.id, idName: 'orderId', longestMs: 86_400_000 })
  const rows = context.core.orders(accountId, window.filter)
  return lastRows(rows, window).map((order) => spotOrder(order, format))
}

export const tradesSpot: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const window = historyWindow(params, { marketId: format.market.id, idName: 'fromId', longestMs: 86_400_000 })
  const rows = context.core.trades(accountId, { ...window.filter, orderId: params.whole('orderId') })
  return lastRows(rows, window).map((fill) => spotTrade(fill, format))
}

/** `PUT order/amend/keepPriority`: fewer coins at the same price. */
export const amendSpot: BinanceEndpoint = (call) => {
  const { context, params, accountId } = call
  const format = context.marketOf(params)
  const key = keyOf(call)
  const qtyLots = quantityParam(params, 'newQty', format)
  const before = context.core.order(accountId, format.market.id, key)
  if (before === undefined) throw new BinanceRefusal(-2013, 'Order does not exist.')
  if (qtyLots === undefined || qtyLots >= (before.qtyLots ?? 0)) {
    throw new BinanceRefusal(-2038, 'Order amend (quantity increase) is not supported.')
  }
  const outcome = context.core.amend(accountId, format.market.id, key, { qtyLots })
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  const { order } = outcome.value
  return { transactTime: order.updatedMs, executionId: order.orderId, amendedOrder: spotOrder(order, format) }
}

/** `POST order/cancelReplace`: both halves are tried as the mode says; a half that failed makes the whole answer an error. */
export const replaceSpot: BinanceEndpoint = (call) => {
  const { context, params, accountId } = call
  const format = context.marketOf(params)
  params.required('cancelReplaceMode')
  const refusal = new BinanceRefusal(-1130, "Data sent for parameter 'cancelReplaceMode' is not valid.")
  const mode = params.word('cancelReplaceMode', ['STOP_ON_FAILURE', 'ALLOW_FAILURE'], refusal)
  const intent = spotIntent(params, format)
  const key = keyOf(call, 'cancelOrderId', 'cancelOrigClientOrderId')
  const cancel = context.core.cancel(accountId, format.market.id, key)
  const cancelResponse = cancel.ok ? cancelled(call, cancel.value, format) : failure(refusalFor(cancel.reason, format))
  if (!cancel.ok && mode === 'STOP_ON_FAILURE') {
    throw new ReplaceRefusal(-2022, 'Order cancel-replace failed.', {
      cancelResult: 'FAILURE',
      newOrderResult: 'NOT_ATTEMPTED',
      cancelResponse,
      newOrderResponse: null,
    })
  }
  const placed = context.core.place(accountId, intent)
  const newOrderResponse = placed.ok
    ? newSpotOrder(placed.value.order, placed.value.fills, format, responseKind(call, intent.venueType))
    : failure(refusalFor(placed.reason, format))
  const data = {
    cancelResult: cancel.ok ? 'SUCCESS' : 'FAILURE',
    newOrderResult: placed.ok ? 'SUCCESS' : 'FAILURE',
    cancelResponse,
    newOrderResponse,
  }
  if (cancel.ok && placed.ok) return data
  const isPartial = cancel.ok || placed.ok
  throw new ReplaceRefusal(
    isPartial ? -2021 : -2022,
    isPartial ? 'Order cancel-replace partially failed.' : 'Order cancel-replace failed.',
    data,
    isPartial ? 409 : 400,
  )
}

function failure({ code, message }: BinanceRefusal): object {
  return { code, msg: message }
}

/** A refusal that carries what became of the two halves. */
class ReplaceRefusal extends BinanceRefusal {
  readonly #data: object

  constructor(code: number, message: string, data: object, status = 400) {
    super(code, message, status)
    this.#data = data
  }

  override answer() {
    const answer = super.answer()
    return { ...answer, body: JSON.stringify({ code: this.code, msg: this.message, data: this.#data }) }
  }
}
