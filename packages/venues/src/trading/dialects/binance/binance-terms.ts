import type { OutgoingOrder } from '@kestrel/kernel'
import type { CcxtMarket } from '../../../ccxt/ccxt-exchange.ts'
import { productOf } from '../../instrument-book.ts'
import type { CcxtOrderTerms, Desk } from '../dialect.ts'
import { amountsOf, given, isConditional, isLimit, isTakeProfit, refuse } from '../order-terms.ts'

const VENUE = 'binance'

/**
 * An order in the words of Binance. Stops of linear perpetuals are orders of the algo service, which ccxt chooses by itself.
 *
 * Source: https://developers.binance.com/docs, spot "New order" and USD-M futures "New Order" and "New Algo Order".
 */
export function binanceTerms(desk: Desk, order: OutgoingOrder, market: CcxtMarket): CcxtOrderTerms {
  return productOf(market) === 'spot' ? spotTerms(order) : contractTerms(desk, order, market)
}

function spotTerms(order: OutgoingOrder): CcxtOrderTerms {
  const { quantity, limit, trigger, display, activation } = amountsOf(order)
  const isTrailing = order.type === 'trailing-stop'
  refuse(VENUE, order, [
    [order.reduceOnly || order.closePosition, 'spot has no positions that it could reduce'],
    [order.timeInForce === 'GTD', 'spot has no GTD'],
    [order.triggerBy === 'mark', 'spot has no mark price'],
    [order.postOnly && order.type !== 'limit', 'only limit orders can be post-only'],
    [isTrailing && order.trailingRate === undefined, 'spot trails by a rate, not by a distance'],
    [
      display !== undefined && (order.type !== 'limit' || order.timeInForce !== 'GTC'),
      'only a resting limit order can hide a part',
    ],
    [
      !isLimit(order.type) && order.timeInForce !== 'GTC' && order.type !== 'market',
      'a stop that becomes a market order has no time in force',
    ],
  ])
  return {
    type: isLimit(order.type) ? 'limit' : 'market',
    amount: quantity,
    price: limit,
    params: given({
      clientOrderId: order.clientOrderId,
      ...(isLimit(order.type) && !order.postOnly ? { timeInForce: order.timeInForce } : {}),
      postOnly: order.postOnly ? true : undefined,
      icebergAmount: display,
      ...(isConditional(order.type) && !isTrailing
        ? { [isTakeProfit(order.type) ? 'takeProfitPrice' : 'stopLossPrice']: trigger }
        : {}),
      // Hundredths of a percent at the venue, percent at ccxt.
      ...(isTrailing
        ? {
            trailingPercent: percentText(order.trailingRate),
            stopLossOrTakeProfit: 'stopLoss',
            trailingTriggerPrice: activation,
          }
        : {}),
    }),
  }
}

function contractTerms(desk: Desk, order: OutgoingOrder, market: CcxtMarket): CcxtOrderTerms {
  const { quantity, limit, trigger, activation } = amountsOf(order)
  const isTrailing = order.type === 'trailing-stop'
  const closes = order.closePosition && isConditional(order.type)
  refuse(VENUE, order, [
    [order.displayLots !== undefined, 'perpetuals have no iceberg orders'],
    [
      isConditional(order.type) && productOf(market) === 'inverse',
      'stops of inverse perpetuals cannot be looked up by our id',
    ],
    [
      desk.isHedged !== (order.positionSide !== undefined),
      desk.isHedged ? 'hedge mode needs a position side' : 'one-way mode has no position side',
    ],
    [isTrailing && order.trailingRate === undefined, 'perpetuals trail by a rate, not by a distance'],
    [
      isTrailing && !isCallbackRate(order.trailingRate ?? 0),
      'the trailing rate must be 0.1 % to 10 % in steps of 0.1 %',
    ],
    [
      closes && order.type !== 'stop-market' && order.type !== 'take-profit',
      'only a stop-market or take-profit can close the whole position',
    ],
    [order.postOnly && !isLimit(order.type), 'only orders with a limit can be post-only'],
    [order.timeInForce === 'GTD' && isConditional(order.type), 'stops have no GTD'],
    [
      !isLimit(order.type) && order.timeInForce !== 'GTC' && order.type !== 'market',
      'a stop that becomes a market order has no time in force',
    ],
  ])
  // In hedge mode the position side says what is reduced, and the venue refuses the flag.
  const reduces = (order.reduceOnly || order.closePosition) && !desk.isHedged && !closes
  return {
    type: isLimit(order.type) ? 'limit' : 'market',
    amount: quantity,
    price: limit,
    params: given({
      clientOrderId: order.clientOrderId,
      ...(isLimit(order.type) && !order.postOnly ? { timeInForce: order.timeInForce } : {}),
      goodTillDate: order.timeInForce === 'GTD' ? order.expireTimeMs : undefined,
      postOnly: order.postOnly ? true : undefined,
      positionSide: order.positionSide?.toUpperCase(),
      reduceOnly: reduces ? true : undefined,
      closePosition: closes ? true : undefined,
      ...(isConditional(order.type)
        ? { workingType: order.triggerBy === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE' }
        : {}),
      ...(isConditional(order.type) && !isTrailing
        ? { [isTakeProfit(order.type) ? 'takeProfitPrice' : 'stopLossPrice']: trigger }
        : {}),
      ...(isTrailing ? { trailingPercent: percentText(order.trailingRate), activatePrice: activation } : {}),
    }),
  }
}

/** 0.005 as `0.5`; rounded to what the venue can be told, so that no digits of the binary fraction get out. */
function percentText(rate: number | undefined): string | undefined {
  return rate === undefined ? undefined : String(Math.round(rate * 10_000) / 100)
}

function isCallbackRate(rate: number): boolean {
  const tenths = rate * 1_000
  return tenths >= 0.999 && tenths <= 100.001 && Math.abs(tenths - Math.round(tenths)) < 1e-6
}
