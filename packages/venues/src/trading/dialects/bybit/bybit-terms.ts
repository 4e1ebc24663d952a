import type { OutgoingOrder } from '@kestrel/kernel'
import type { CcxtMarket } from '../../../ccxt/ccxt-exchange.ts'
import { productOf } from '../../instrument-book.ts'
import type { CcxtOrderTerms, Desk } from '../dialect.ts'
import { amountsOf, given, isConditional, isLimit, isTakeProfit, refuse } from '../order-terms.ts'

/**
 * An order in the words of Bybit v5. Its trailing stop is a property of the position and no order that could be looked up by
 * our id, so it is refused.
 *
 * Source: https://bybit-exchange.github.io/docs/v5/order/create-order
 */
export function bybitTerms(desk: Desk, order: OutgoingOrder, market: CcxtMarket): CcxtOrderTerms {
  const isSpot = productOf(market) === 'spot'
  const { quantity, limit, trigger } = amountsOf(order)
  const conditional = isConditional(order.type)
  const closes = order.closePosition && conditional
  refuse('bybit', order, [
    [order.type === 'trailing-stop', 'the venue keeps a trailing stop with the position, under no id of ours'],
    [order.timeInForce === 'GTD', 'the venue has no GTD'],
    [order.displayLots !== undefined, 'the venue has no iceberg orders'],
    [order.postOnly && !isLimit(order.type), 'only orders with a limit can be post-only'],
    [isSpot && (order.reduceOnly || order.closePosition), 'spot has no positions that it could reduce'],
    [isSpot && order.triggerBy === 'mark', 'spot has no mark price'],
    [
      !isSpot && desk.isHedged !== (order.positionSide !== undefined),
      desk.isHedged ? 'hedge mode needs a position side' : 'one-way mode has no position side',
    ],
    [closes && isLimit(order.type), 'only an order without a limit can close the whole position'],
  ])
  // A stop to buy waits for a rise, a take-profit to buy for a fall.
  const rises = (order.side === 'buy') !== isTakeProfit(order.type)
  return {
    type: isLimit(order.type) ? 'limit' : 'market',
    amount: quantity,
    price: limit,
    params: given({
      clientOrderId: order.clientOrderId,
      ...(isLimit(order.type) && !order.postOnly ? { timeInForce: order.timeInForce } : {}),
      postOnly: order.postOnly ? true : undefined,
      reduceOnly: order.reduceOnly || order.closePosition ? true : undefined,
      ...(closes ? { closeOnTrigger: true, qty: '0' } : {}),
      ...(desk.isHedged && !isSpot ? { positionIdx: order.positionSide === 'short' ? 2 : 1 } : {}),
      ...(conditional ? { triggerPrice: trigger } : {}),
      ...(conditional && !isSpot
        ? {
            triggerDirection: rises ? 'ascending' : 'descending',
            triggerBy: order.triggerBy === 'mark' ? 'MarkPrice' : 'LastPrice',
          }
        : {}),
    }),
  }
}
