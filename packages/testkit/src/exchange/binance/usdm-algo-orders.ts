import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { OrderKey } from '../core/order-types.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { historyWindow, lastRows } from './history-window.ts'
import { refusalFor } from './refusal-codes.ts'
import { algoIntent } from './usdm-order-entry.ts'
import { algoOrder } from './usdm-order-rows.ts'

/** Conditional orders of the venue's algo service, where stops and take-profits have lived since December 2025. */

function keyOf({ params }: BinanceCall): OrderKey {
  const conditionalId = params.whole('algoId')
  if (conditionalId !== undefined) return { conditionalId }
  const clientOrderId = params.text('clientAlgoId')
  if (clientOrderId !== undefined) return { clientOrderId }
  throw new BinanceRefusal(-1102, "Param 'clientAlgoId' or 'algoId' must be sent, but both were empty/null!")
}

/** The conditional order that a request names, on whichever market it is. */
function find(call: BinanceCall) {
  const key = keyOf(call)
  const chosen = call.context.optionalMarket(call.params)
  for (const format of chosen === undefined ? call.context.formats : [chosen]) {
    const order = call.context.core.order(call.accountId, format.market.id, key)
    if (order?.conditionalId !== undefined) return { order, format, key }
  }
  return undefined
}

export const placeAlgo: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const outcome = context.core.place(accountId, algoIntent(params, format, context.core))
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return algoOrder(outcome.value.order, format, 'instruction')
}

export const readAlgo: BinanceEndpoint = (call) => {
  const found = find(call)
  if (found === undefined) throw new BinanceRefusal(-2013, 'Order does not exist.')
  return algoOrder(found.order, found.format, 'look-up')
}

export const cancelAlgo: BinanceEndpoint = (call) => {
  const found = find(call)
  if (found?.order.status !== 'pending') throw new BinanceRefusal(-2011, 'Unknown order sent.')
  const outcome = call.context.core.cancel(call.accountId, found.format.market.id, found.key)
  if (!outcome.ok) throw refusalFor(outcome.reason, found.format)
  const { conditionalId, clientOrderId } = outcome.value
  return { algoId: conditionalId, clientAlgoId: clientOrderId, code: '200', msg: 'success' }
}

export const cancelAllAlgo: BinanceEndpoint = ({ context, params, accountId }) => {
  context.core.cancelAll(accountId, context.marketOf(params).market.id, 'conditional')
  return { code: 200, msg: 'The operation of cancel all open order is done.' }
}

export const openAlgo: BinanceEndpoint = ({ context, params, accountId }) =>
  context.core
    .openOrders(accountId, context.optionalMarket(params)?.market.id)
    .filter((order) => order.marketId.startsWith('linear:') && order.status === 'pending')
    .map((order) => algoOrder(order, context.format(order.marketId), 'look-up'))

export const allAlgo: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const window = historyWindow(params, { marketId: format.market.id })
  const rows = context.core.orders(accountId, window.filter).filter(({ conditionalId }) => conditionalId !== undefined)
  return lastRows(rows, window).map((order) => algoOrder(order, format, 'look-up'))
}
