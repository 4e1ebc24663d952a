import type { OrderKey, OrderState } from '../core/order-types.ts'
import { badParameter } from './bybit-answer.ts'
import type { AccountContext } from './bybit-context.ts'
import type { BybitMarket } from './bybit-market.ts'
import type { BybitParams } from './bybit-params.ts'
import { orderIdText, parseOrderId } from './order-ids.ts'

/** An id that no order has. */
const NOBODY: OrderKey = { orderId: -1 }

/** Which order a request means; `orderId` wins where both are given. Undefined where neither is. */
export function orderKeyOf(market: BybitMarket, params: BybitParams): OrderKey | undefined {
  const id = params.text('orderId')
  if (id !== undefined) {
    const orderId = parseOrderId(market.category, id)
    return orderId === undefined ? NOBODY : { orderId }
  }
  const clientOrderId = params.text('orderLinkId')
  return clientOrderId === undefined ? undefined : { clientOrderId }
}

/** @throws BybitRefusal 10001 where neither name is given. */
export function requiredOrderKey(market: BybitMarket, params: BybitParams): OrderKey {
  const key = orderKeyOf(market, params)
  if (key === undefined) throw badParameter('orderId or orderLinkId is required')
  return key
}

/** `orderLinkId` as the venue shows it: empty on derivatives and a number on spot where the client gave none. */
export function linkIdText({ category }: BybitMarket, order: Pick<OrderState, 'orderId' | 'clientOrderId'>): string {
  if (!order.clientOrderId.startsWith('#')) return order.clientOrderId
  return category === 'spot' ? orderIdText('spot', order.orderId) : ''
}

/** An order of the account by its key, those included that were turned away. */
export function findOrder(context: AccountContext, market: BybitMarket, key: OrderKey): OrderState | undefined {
  const { exchange, notes } = context
  const { accountId } = context.key
  return (
    exchange.order(accountId, market.market.id, key) ??
    notes.turnedAway(accountId).find(({ order }) => {
      if (order.marketId !== market.market.id) return false
      if ('orderId' in key) return order.orderId === key.orderId
      return 'clientOrderId' in key && order.clientOrderId === key.clientOrderId
    })?.order
  )
}
