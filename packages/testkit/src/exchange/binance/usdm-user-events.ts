import { stepsToText } from '@kestrel/core'
import type { BinanceFormat } from '../binance-market/binance-format.ts'
import { atomsText } from '../core/atoms.ts'
import type { AccountEvent, AccountReason, Execution, OrderEvent, SettingsEvent } from '../core/exchange-event.ts'
import type { BinanceContext } from './binance-context.ts'
import { statusWord, stpWord } from './order-words.ts'
import { algoStatus, averagePrice } from './usdm-order-rows.ts'

const EXECUTION_WORDS: Readonly<Record<Execution, string>> = {
  new: 'NEW',
  triggered: 'NEW',
  trade: 'TRADE',
  amended: 'AMENDMENT',
  cancelled: 'CANCELED',
  expired: 'EXPIRED',
  prevented: 'TRADE_PREVENTION',
  rejected: 'EXPIRED',
}

/** `ORDER_TRADE_UPDATE` of a futures order in the book. Source: Binance USD-M user-data stream, "Order update". */
export function orderTradeUpdate(event: OrderEvent, format: BinanceFormat): object {
  const { order, fill, tsMs } = event
  const bookType = order.liquidation ? 'LIQUIDATION' : order.type === 'limit' ? 'LIMIT' : 'MARKET'
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: tsMs,
    T: tsMs,
    o: {
      s: format.market.symbol,
      c: order.clientOrderId,
      S: order.side.toUpperCase(),
      o: bookType,
      f: order.timeInForce,
      q: format.qty(order.qtyLots ?? 0),
      p: format.price(order.priceTicks ?? 0),
      ap: averagePrice(order, format),
      sp: format.price(order.trigger?.priceTicks ?? 0),
      x: order.liquidation && event.execution === 'trade' ? 'CALCULATED' : EXECUTION_WORDS[event.execution],
      X: statusWord(order),
      i: order.orderId,
      l: format.qty(fill?.qtyLots ?? 0),
      z: format.qty(order.filledLots),
      L: format.price(fill?.priceTicks ?? 0),
      // No commission, no fields.
      ...(fill === undefined ? {} : { n: atomsText(fill.feeAtoms), N: fill.feeAsset }),
      T: tsMs,
      t: fill?.tradeId ?? 0,
      b: '0',
      a: '0',
      m: fill?.maker ?? false,
      R: order.reduceOnly,
      wt: order.trigger?.by === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      ot: order.liquidation ? bookType : (order.venueType ?? bookType),
      ps: order.positionSide.toUpperCase(),
      cp: order.closePosition,
      ...(order.trailing === undefined
        ? {}
        : { AP: format.price(order.trailing.activationTicks ?? 0), cr: (order.trailing.callbackBps / 100).toString() }),
      rp: atomsText(fill?.realizedAtoms ?? 0n),
      pP: false,
      si: 0,
      ss: 0,
      V: stpWord(order.selfTradePrevention),
      pm: 'NONE',
      gtd: order.expiresMs ?? 0,
    },
  }
}

/** `ALGO_UPDATE` of a conditional order. Source: Binance USD-M user-data stream, "Algo order update". */
export function algoUpdate(event: OrderEvent, format: BinanceFormat, status = algoStatus(event.order)): object {
  const { order, tsMs } = event
  const fired = order.triggeredMs !== undefined && order.status !== 'rejected'
  return {
    e: 'ALGO_UPDATE',
    T: tsMs,
    E: tsMs,
    o: {
      caid: order.clientOrderId,
      aid: order.conditionalId ?? 0,
      at: 'CONDITIONAL',
      o: order.venueType ?? 'STOP_MARKET',
      s: format.market.symbol,
      S: order.side.toUpperCase(),
      ps: order.positionSide.toUpperCase(),
      f: order.timeInForce,
      q: format.qty(order.qtyLots ?? 0),
      X: status,
      ai: fired ? String(order.orderId) : '',
      ap: fired ? averagePrice(order, format) : '0.00000',
      aq: format.qty(order.filledLots),
      act: fired ? (order.type === 'limit' ? 'LIMIT' : 'MARKET') : '0',
      tp: format.price(order.trigger?.priceTicks ?? 0),
      p: format.price(order.priceTicks ?? 0),
      V: stpWord(order.selfTradePrevention),
      wt: order.trigger?.by === 'mark' ? 'MARK_PRICE' : 'CONTRACT_PRICE',
      pm: 'NONE',
      cp: order.closePosition,
      pP: false,
      R: order.reduceOnly,
      tt: order.triggeredMs ?? 0,
      gtd: order.expiresMs ?? 0,
      rm: event.execution === 'rejected' ? rejectWords(event) : '',
    },
  }
}

function rejectWords({ reason }: OrderEvent): string {
  if (reason === 'reduce-only-refused') return 'ReduceOnly Order is rejected.'
  return reason === 'insufficient-margin' ? 'Margin is insufficient.' : (reason ?? '')
}

const REASON_WORDS: Readonly<Record<AccountReason, string>> = {
  order: 'ORDER',
  funding: 'FUNDING_FEE',
  deposit: 'DEPOSIT',
  withdraw: 'WITHDRAW',
  transfer: 'DEPOSIT',
  'margin-change': 'MARGIN_TRANSFER',
  liquidation: 'INSURANCE_CLEAR',
}

/** `ACCOUNT_UPDATE`: balances and positions that changed. */
export function accountUpdate(event: AccountEvent, context: BinanceContext): object {
  return {
    e: 'ACCOUNT_UPDATE',
    E: event.tsMs,
    T: event.tsMs,
    a: {
      m: REASON_WORDS[event.reason],
      B: event.balances.map(({ asset, delta }) => {
        const { wallet, crossWallet } = context.core.margin(event.accountId, asset)
        return {
          a: asset,
          wb: atomsText(wallet),
          cw: atomsText(crossWallet),
          bc: event.reason === 'order' ? '0' : atomsText(delta),
        }
      }),
      P: event.positions.map((position) => {
        const { market } = context.format(position.marketId)
        return {
          s: market.symbol,
          pa: stepsToText(position.qtyLots, market.lot),
          ep: position.entryPrice.toFixed(market.tick.decimals + 5),
          cr: '0',
          up: atomsText(position.unrealizedAtoms),
          mt: position.marginMode,
          iw: atomsText(position.isolatedAtoms),
          ps: position.positionSide.toUpperCase(),
          ma: market.quote,
          bep: position.breakEvenPrice.toFixed(8),
        }
      }),
    },
  }
}

/** `ACCOUNT_CONFIG_UPDATE`: leverage changed. Other settings are not told. */
export function configUpdate(event: SettingsEvent, context: BinanceContext): object | undefined {
  if (event.marketId === undefined || event.leverage === undefined) return undefined
  const { symbol } = context.format(event.marketId).market
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: event.tsMs, T: event.tsMs, ac: { s: symbol, l: event.leverage } }
}
