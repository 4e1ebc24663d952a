import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import type { OrderKey, OrderState } from '../core/order-types.ts'
import { BinanceParams } from './binance-params.ts'
import type { BinanceCall, BinanceEndpoint } from './binance-context.ts'
import { historyWindow, lastRows } from './history-window.ts'
import { refusalFor } from './refusal-codes.ts'
import { lotParam, tickParam, usdmIntent } from './usdm-order-entry.ts'
import { usdmOrder, usdmTrade } from './usdm-order-rows.ts'

const WEEK_MS = 7 * 86_400_000

/** Plain orders, and conditional ones that have gone off: what the matching engine of the venue knows. */
function isInEngine(order: OrderState): boolean {
  return order.conditionalId === undefined || (order.triggeredMs !== undefined && order.status !== 'rejected')
}

function keyOf(params: BinanceParams): OrderKey {
  const orderId = params.whole('orderId')
  if (orderId !== undefined) return { orderId }
  const clientOrderId = params.text('origClientOrderId')
  if (clientOrderId !== undefined) return { clientOrderId }
  throw new BinanceRefusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
}

/** The order a request names; undefined also for a conditional one that still waits in the algo service. */
function find({ context, accountId }: BinanceCall, format: BinanceFormat, key: OrderKey): OrderState | undefined {
  const order = context.core.order(accountId, format.market.id, key)
  return order !== undefined && isInEngine(order) ? order : undefined
}

export const placeUsdm: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const outcome = context.core.place(accountId, usdmIntent(params, format, context.core))
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  const { order } = outcome.value
  // `ACK` tells of the acceptance only, whatever has happened since.
  const isBrief = params.text('newOrderRespType') !== 'RESULT' && order.status !== 'filled'
  const shown = isBrief ? { ...order, status: 'open' as const, filledLots: 0, filledQuoteAtoms: 0n } : order
  return usdmOrder(shown, format, 'instruction')
}

export const testUsdm: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const outcome = context.core.check(accountId, usdmIntent(params, format, context.core))
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return {}
}

/** `PUT order`: side, quantity and price are sent in full. */
export const modifyUsdm: BinanceEndpoint = (call) => {
  const { context, params, accountId } = call
  const format = context.marketOf(params)
  const key = keyOf(params)
  if (find(call, format, key) === undefined) throw new BinanceRefusal(-2013, 'Order does not exist.')
  const qtyLots = lotParam(params, 'quantity', format)
  const priceTicks = tickParam(params, 'price', format)
  const outcome = context.core.amend(accountId, format.market.id, key, { qtyLots, priceTicks })
  if (!outcome.ok) throw outcome.reason === 'order-not-open' ? unknownOrder() : refusalFor(outcome.reason, format)
  return usdmOrder(outcome.value.order, format, 'instruction')
}

function unknownOrder(): BinanceRefusal {
  return new BinanceRefusal(-2013, 'Order does not exist.')
}

export const readUsdm: BinanceEndpoint = (call) => {
  const format = call.context.marketOf(call.params)
  const order = find(call, format, keyOf(call.params))
  if (order === undefined) throw unknownOrder()
  return usdmOrder(order, format, 'look-up')
}

export const readOpenUsdm: BinanceEndpoint = (call) => {
  const format = call.context.marketOf(call.params)
  const order = find(call, format, keyOf(call.params))
  const isOpen = order?.status === 'open' || order?.status === 'partly-filled'
  if (order === undefined || !isOpen) throw unknownOrder()
  return usdmOrder(order, format, 'look-up')
}

export const cancelUsdm: BinanceEndpoint = (call) => {
  const { context, params, accountId } = call
  const format = context.marketOf(params)
  const key = keyOf(params)
  if (find(call, format, key) === undefined) throw new BinanceRefusal(-2011, 'Unknown order sent.')
  const outcome = context.core.cancel(accountId, format.market.id, key)
  if (!outcome.ok) throw refusalFor(outcome.reason, format)
  return usdmOrder(outcome.value, format, 'instruction')
}

export const cancelAllUsdm: BinanceEndpoint = ({ context, params, accountId }) => {
  context.core.cancelAll(accountId, context.marketOf(params).market.id, 'plain')
  return { code: 200, msg: 'The operation of cancel all open order is done.' }
}

export const openUsdm: BinanceEndpoint = ({ context, params, accountId }) =>
  context.core
    .openOrders(accountId, context.optionalMarket(params)?.market.id)
    .filter((order) => order.marketId.startsWith('linear:') && order.status !== 'pending')
    .map((order) => usdmOrder(order, context.format(order.marketId), 'look-up'))

export const allUsdm: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const window = historyWindow(params, { marketId: format.market.id, idName: 'orderId', longestMs: WEEK_MS })
  const rows = context.core.orders(accountId, window.filter).filter(isInEngine)
  return lastRows(rows, window).map((order) => usdmOrder(order, format, 'look-up'))
}

export const tradesUsdm: BinanceEndpoint = ({ context, params, accountId }) => {
  const format = context.marketOf(params)
  const window = historyWindow(params, { marketId: format.market.id, idName: 'fromId', longestMs: WEEK_MS })
  const rows = context.core.trades(accountId, { ...window.filter, orderId: params.whole('orderId') })
  return lastRows(rows, window).map((fill) => usdmTrade(fill, format))
}

/** Liquidation orders of the account. */
export const forceOrders: BinanceEndpoint = ({ context, params, accountId }) => {
  const window = historyWindow(params, { marketId: context.optionalMarket(params)?.market.id, defaultLimit: 50 })
  const rows = context.core.orders(accountId, window.filter).filter(({ liquidation }) => liquidation)
  return lastRows(rows, window).map((order) => usdmOrder(order, context.format(order.marketId), 'look-up'))
}

/** A list of orders in one request; each has its own answer or its own refusal. */
function each(items: readonly unknown[], most: number, run: (params: BinanceParams) => object): object[] {
  if (items.length === 0 || items.length > most)
    throw new BinanceRefusal(-4082, 'Invalid number of batch place orders.')
  return items.map((item) => {
    if (typeof item !== 'object' || item === null) throw new BinanceRefusal(-4083, 'Fail to place batch orders.')
    const values = Object.entries(item).map(([name, value]): [string, string] => [name, String(value)])
    try {
      return run(new BinanceParams(new URLSearchParams(values)))
    } catch (error) {
      if (error instanceof BinanceRefusal) return { code: error.code, msg: error.message }
      throw error
    }
  })
}

function listParam(params: BinanceParams, name: string): unknown[] {
  const text = params.required(name)
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch {
    throw new BinanceRefusal(-1130, `Data sent for parameter '${name}' is not valid.`)
  }
  throw new BinanceRefusal(-1130, `Data sent for parameter '${name}' is not valid.`)
}

export const batchPlace: BinanceEndpoint = (call) =>
  each(listParam(call.params, 'batchOrders'), 5, (params) => placeUsdm({ ...call, params }))

export const batchModify: BinanceEndpoint = (call) =>
  each(listParam(call.params, 'batchOrders'), 5, (params) => modifyUsdm({ ...call, params }))

export const batchCancel: BinanceEndpoint = (call) => {
  const symbol = call.params.required('symbol')
  const byId = call.params.text('orderidlist') ?? call.params.text('orderIdList')
  const items =
    byId === undefined
      ? listParam(
          call.params,
          call.params.text('origclientorderidlist') === undefined ? 'origClientOrderIdList' : 'origclientorderidlist',
        ).map((origClientOrderId) => ({ symbol, origClientOrderId }))
      : numbersIn(byId).map((orderId) => ({ symbol, orderId }))
  return each(items, 10, (params) => cancelUsdm({ ...call, params }))
}

/** Order ids are longer than JSON numbers may be at the real venue, so they are read as text. */
function numbersIn(text: string): string[] {
  return text.match(/\d+/g) ?? []
}

/** `POST countdownCancelAll`: the dead-man timer of a symbol, in milliseconds; 0 stops it. */
export const countdown: BinanceEndpoint = ({ context, params, accountId }) => {
  const { market } = context.marketOf(params)
  params.required('countdownTime')
  const delayMs = params.whole('countdownTime') ?? 0
  context.core.countdownCancelAll(accountId, market.id, delayMs)
  return { symbol: market.symbol, countdownTime: String(delayMs) }
}
