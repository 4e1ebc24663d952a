import type { BinanceFormat } from '../binance-market/binance-format.ts'
import { atomsText } from '../core/atoms.ts'
import type { AccountEvent, Execution, OrderEvent } from '../core/exchange-event.ts'
import { cancelIdOf } from './cancel-ids.ts'
import { statusWord, stpWord } from './order-words.ts'
import { spotQuantity, spotTimeInForce, spotType } from './spot-order-rows.ts'

const EXECUTION_WORDS: Readonly<Record<Execution, string>> = {
  new: 'NEW',
  triggered: 'NEW',
  trade: 'TRADE',
  amended: 'REPLACED',
  cancelled: 'CANCELED',
  expired: 'EXPIRED',
  prevented: 'TRADE_PREVENTION',
  rejected: 'EXPIRED',
}

/** `executionReport` of a spot order. Source: Binance spot user-data stream, "Order update". */
export function executionReport(event: OrderEvent, format: BinanceFormat): object {
  const { order, fill, tsMs } = event
  const cancelled = event.execution === 'cancelled'
  const zero = format.qty(0)
  return {
    e: 'executionReport',
    E: tsMs,
    s: format.market.symbol,
    c: cancelled ? cancelIdOf(order.clientOrderId) : order.clientOrderId,
    S: order.side.toUpperCase(),
    o: spotType(order),
    f: spotTimeInForce(order),
    q: spotQuantity(order, format),
    p: format.price(order.priceTicks ?? 0),
    P: format.price(order.trailing === undefined ? (order.trigger?.priceTicks ?? 0) : 0),
    ...(order.trailing === undefined ? {} : { d: order.trailing.callbackBps, D: order.createdMs }),
    F: format.qty(order.visibleLots ?? 0),
    g: -1,
    C: cancelled ? order.clientOrderId : '',
    x: EXECUTION_WORDS[event.execution],
    X: statusWord(order),
    r: event.execution === 'rejected' ? 'INSUFFICIENT_BALANCES' : 'NONE',
    i: order.orderId,
    l: fill === undefined ? zero : format.qty(fill.qtyLots),
    z: format.qty(order.filledLots),
    L: fill === undefined ? format.price(0) : format.price(fill.priceTicks),
    n: fill === undefined ? '0' : atomsText(fill.feeAtoms),
    N: fill?.feeAsset ?? null,
    T: tsMs,
    t: fill?.tradeId ?? -1,
    I: order.orderId * 2 + 1,
    w: event.execution === 'new' || event.execution === 'triggered' ? order.status !== 'pending' : !isOver(event),
    m: fill?.maker ?? false,
    M: fill !== undefined,
    O: order.createdMs,
    Z: atomsText(order.filledQuoteAtoms),
    Y: atomsText(fill?.quoteAtoms ?? 0n),
    Q: atomsText(order.quoteAtoms ?? 0n),
    ...(order.workingMs === undefined ? {} : { W: order.workingMs }),
    V: stpWord(order.selfTradePrevention),
  }
}

function isOver({ order }: OrderEvent): boolean {
  return order.status !== 'open' && order.status !== 'partly-filled'
}

/**
 * Messages of a movement of spot money: `balanceUpdate` for each asset that came or went other than by trading, and
 * `outboundAccountPosition` with everything that moved.
 */
export function spotMoneyMessages(event: AccountEvent): object[] {
  const updates =
    event.reason === 'order'
      ? []
      : event.balances
          .filter(({ delta }) => delta !== 0n)
          .map(({ asset, delta }) => ({
            e: 'balanceUpdate',
            E: event.tsMs,
            a: asset,
            d: atomsText(delta),
            T: event.tsMs,
          }))
  const position = {
    e: 'outboundAccountPosition',
    E: event.tsMs,
    u: event.tsMs,
    B: event.balances.map(({ asset, free, locked }) => ({ a: asset, f: atomsText(free), l: atomsText(locked) })),
  }
  return [...updates, position]
}
