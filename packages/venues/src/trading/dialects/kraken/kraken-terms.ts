import type { OutgoingOrder } from '@kestrel/kernel'
import type { CcxtOrderTerms } from '../dialect.ts'
import { amountsOf, given, isConditional, isLimit, isTakeProfit, refuse } from '../order-terms.ts'

/**
 * An order in the words of Kraken's spot exchange.
 *
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
export function krakenTerms(order: OutgoingOrder): CcxtOrderTerms {
  const { quantity, limit, trigger, trailing, display } = amountsOf(order)
  const isTrailing = order.type === 'trailing-stop'
  refuse('kraken', order, [
    [order.reduceOnly || order.closePosition, 'spot has no positions that it could reduce'],
    [order.timeInForce === 'FOK', 'the venue has no FOK'],
    [order.triggerBy === 'mark', 'spot has no mark price'],
    [order.activationTicks !== undefined, 'a trailing stop of this venue follows from its arrival on'],
    [order.postOnly && order.type !== 'limit', 'only limit orders can be post-only'],
    [display !== undefined && order.type !== 'limit', 'only a limit order can hide a part'],
    [isConditional(order.type) && order.timeInForce === 'IOC', 'a stop cannot be immediate'],
  ])
  const isTimed = order.timeInForce === 'GTD'
  return {
    type: isLimit(order.type) ? 'limit' : 'market',
    amount: quantity,
    price: limit,
    params: given({
      clientOrderId: order.clientOrderId,
      timeInForce: order.timeInForce === 'GTC' || order.type === 'market' ? undefined : order.timeInForce,
      expiretm: isTimed ? String(Math.floor((order.expireTimeMs ?? 0) / 1_000)) : undefined,
      postOnly: order.postOnly ? true : undefined,
      ...(display === undefined ? {} : { ordertype: 'iceberg', displayvol: String(display) }),
      ...(isConditional(order.type) && !isTrailing
        ? { [isTakeProfit(order.type) ? 'takeProfitPrice' : 'stopLossPrice']: trigger }
        : {}),
      trailingAmount: isTrailing ? trailing : undefined,
      trailingPercent:
        isTrailing && order.trailingRate !== undefined ? String(Math.round(order.trailingRate * 1e8) / 1e6) : undefined,
    }),
  }
}
