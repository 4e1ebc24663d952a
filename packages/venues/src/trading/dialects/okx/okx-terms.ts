import type { OutgoingOrder } from '@kestrel/kernel'
import type { CcxtMarket } from '../../../ccxt/ccxt-exchange.ts'
import { productOf } from '../../instrument-book.ts'
import type { CcxtOrderTerms, Desk } from '../dialect.ts'
import { amountsOf, given, isConditional, isLimit, isTakeProfit, refuse } from '../order-terms.ts'

/**
 * An order in the words of OKX v5. Stops are `trigger` orders, which stand for stops and take-profits alike; one that
 * closes the whole position is a `conditional` order.
 *
 * Source: https://www.okx.com/docs-v5/en/, "Place order" and "Place algo order".
 */
export function okxTerms(desk: Desk, order: OutgoingOrder, market: CcxtMarket): CcxtOrderTerms {
  const isSpot = productOf(market) === 'spot'
  const { quantity, limit, trigger, trailing, activation } = amountsOf(order)
  const conditional = isConditional(order.type)
  const isTrailing = order.type === 'trailing-stop'
  const closes = order.closePosition && conditional
  refuse('okx', order, [
    [order.timeInForce === 'GTD', 'the venue has no GTD'],
    [order.displayLots !== undefined, 'an iceberg of this venue is no single order'],
    [order.postOnly && order.type !== 'limit', 'only limit orders can be post-only'],
    [isSpot && (order.reduceOnly || order.closePosition), 'spot has no positions that it could reduce'],
    [isSpot && order.triggerBy === 'mark', 'spot has no mark price'],
    [
      !isSpot && desk.isHedged !== (order.positionSide !== undefined),
      desk.isHedged ? 'hedge mode needs a position side' : 'one-way mode has no position side',
    ],
    [
      closes && order.type !== 'stop-market' && order.type !== 'take-profit',
      'only a stop-market or take-profit can close the whole position',
    ],
    [order.type === 'market' && order.timeInForce === 'FOK', 'a market order cannot be all or nothing'],
    [conditional && order.timeInForce !== 'GTC', 'a stop has no time in force'],
  ])
  const by = order.triggerBy
  const reduces = (order.reduceOnly || order.closePosition) && !desk.isHedged
  return {
    type: isLimit(order.type) ? 'limit' : 'market',
    amount: quantity,
    price: limit,
    params: given({
      clientOrderId: order.clientOrderId,
      // The name that the algo service goes by.
      algoClOrdId: conditional ? order.clientOrderId : undefined,
      ...(order.type === 'limit' && !order.postOnly ? { timeInForce: order.timeInForce } : {}),
      postOnly: order.postOnly ? true : undefined,
      ...(isSpot ? {} : { marginMode: desk.marginMode, positionSide: order.positionSide }),
      reduceOnly: reduces || closes ? true : undefined,
      ...(conditional && !isTrailing && !closes ? { triggerPrice: trigger, triggerPxType: by } : {}),
      ...(closes
        ? isTakeProfit(order.type)
          ? { takeProfitPrice: trigger, tpTriggerPxType: by, closeFraction: '1' }
          : { stopLossPrice: trigger, slTriggerPxType: by, closeFraction: '1' }
        : {}),
      ...(isTrailing
        ? {
            callbackSpread: trailing,
            callbackRatio: order.trailingRate === undefined ? undefined : String(order.trailingRate),
            activePx: activation,
          }
        : {}),
    }),
  }
}
