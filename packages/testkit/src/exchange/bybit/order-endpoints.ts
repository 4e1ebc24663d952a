import type { OrderState, RejectReason } from '../core/order-types.ts'
import { BybitRefusal, badParameter } from './bybit-answer.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { createOrder, lotsOf, priceOf } from './order-entry.ts'
import { orderIdText } from './order-ids.ts'
import { findOrder, linkIdText, requiredOrderKey } from './order-keys.ts'
import { refusalOf } from './refusal-codes.ts'

/** `POST order/create`. */
export function create(context: AccountContext, params: BybitParams): object {
  const market = marketOf(context, params)
  return named(market, createOrder(context, market, params))
}

/** `POST order/amend`: price, quantity or trigger of an open order. */
export function amend(context: AccountContext, params: BybitParams): object {
  const market = marketOf(context, params)
  const key = requiredOrderKey(market, params)
  const [price, qty, trigger] = [params.text('price'), params.text('qty'), params.text('triggerPrice')]
  if (price === undefined && qty === undefined && trigger === undefined) throw badParameter('order not modified')
  const change = {
    priceTicks: price === undefined ? undefined : priceOf(market, price),
    qtyLots: qty === undefined ? undefined : lotsOf(market, qty),
    triggerTicks: trigger === undefined ? undefined : priceOf(market, trigger),
  }
  const outcome = context.exchange.amend(context.key.accountId, market.market.id, key, change)
  if (!outcome.ok) throw endedRefusal(context, market, params, outcome.reason)
  return named(market, outcome.value.order)
}

/** `POST order/cancel`. */
export function cancel(context: AccountContext, params: BybitParams): object {
  const market = marketOf(context, params)
  const key = requiredOrderKey(market, params)
  const outcome = context.exchange.cancel(context.key.accountId, market.market.id, key)
  if (!outcome.ok) throw endedRefusal(context, market, params, outcome.reason)
  return named(market, outcome.value)
}

/** Spot says how an order ended; derivatives say the same of every order that is not open. */
function endedRefusal(
  context: AccountContext,
  market: BybitMarket,
  params: BybitParams,
  reason: RejectReason,
): BybitRefusal {
  if (reason !== 'order-not-open' || market.category !== 'spot') return refusalOf(reason, market.category)
  const order = findOrder(context, market, requiredOrderKey(market, params))
  if (order?.status === 'filled') return new BybitRefusal(170139, 'Order has been filled.')
  return new BybitRefusal(170142, 'Order has been canceled.')
}

/** `POST order/cancel-all`: of a symbol, or of the whole category by `settleCoin` or `baseCoin`. */
export function cancelAll(context: AccountContext, params: BybitParams): object {
  const { exchange, markets, key } = context
  const category = params.required('category')
  const symbol = params.text('symbol')
  const [settle, base] = [params.text('settleCoin'), params.text('baseCoin')]
  if (category === 'linear' && symbol === undefined && settle === undefined && base === undefined)
    throw badParameter('Missing some parameters that must be filled in, please check: symbol, settleCoin or baseCoin')
  const which = { Order: 'plain', StopOrder: 'conditional' } as const
  const filter = params.text('orderFilter')
  const chosen = symbol === undefined ? markets.list(category) : [markets.of(category, symbol)]
  const list = chosen
    .filter(
      ({ market }) => (settle === undefined || market.quote === settle) && (base === undefined || market.base === base),
    )
    .flatMap((market) =>
      exchange
        .cancelAll(key.accountId, market.market.id, filter === undefined ? undefined : which[filter as 'Order'])
        .map((order) => named(market, order)),
    )
  return { list, success: '1' }
}

/** `POST order/create-batch`, `amend-batch` and `cancel-batch`: each entry succeeds or fails alone. */
export function batchOf(
  each: (context: AccountContext, params: BybitParams) => object,
): (context: AccountContext, params: BybitParams) => { readonly result: object; readonly extra: object } {
  return (context, params) => {
    const category = params.required('category')
    const outcomes = params.list('request').map((entry) => {
      const symbol = entry.text('symbol') ?? ''
      const common = { category, symbol, orderId: '', orderLinkId: entry.text('orderLinkId') ?? '' }
      try {
        const named = each(context, entry.with({ category }))
        return { row: { ...common, ...named, createAt: String(context.nowMs) }, code: { code: 0, msg: 'OK' } }
      } catch (error) {
        if (!(error instanceof BybitRefusal)) throw error
        return { row: { ...common, createAt: '' }, code: { code: error.retCode, msg: error.message } }
      }
    })
    return {
      result: { list: outcomes.map(({ row }) => row) },
      extra: { list: outcomes.map(({ code }) => code) },
    }
  }
}

/** `POST order/disconnected-cancel-all`: how long after the loss of the private stream open orders are cancelled. */
export function disconnectedCancelAll({ notes, key }: AccountContext, params: BybitParams): object {
  const seconds = params.whole('timeWindow', 10, 0, 300)
  const product = params.text('product') ?? 'OPTIONS'
  if (seconds < 3) throw badParameter('timeWindow must be between 3 and 300')
  if (!['SPOT', 'DERIVATIVES', 'OPTIONS'].includes(product)) throw badParameter('product invalid')
  notes.setDeadMan(key.accountId, product, seconds * 1_000)
  return {}
}

function marketOf({ markets }: AccountContext, params: BybitParams): BybitMarket {
  return markets.of(params.required('category'), params.required('symbol'))
}

function named(market: BybitMarket, order: OrderState): object {
  return { orderId: orderIdText(market.category, order.orderId), orderLinkId: linkIdText(market, order) }
}
