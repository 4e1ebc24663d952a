import type { AggregateTrade, PublicTrade } from '../flow/tape/public-trade.ts'
import { BinanceRefusal, wholeParam } from './binance-answer.ts'
import type { Desk, MarketDesks } from './market-desk.ts'

const HOUR_MS = 3_600_000

/** `GET trades`: the newest, oldest first. */
export function recentTrades(desks: MarketDesks, query: URLSearchParams): object {
  const desk = desks.of(query)
  return desk.tape.trades.latest(limitOf(query)).map((trade) => tradeRow(desk, trade))
}

/** `GET historicalTrades`: from a number on, or the newest. */
export function historicalTrades(desks: MarketDesks, query: URLSearchParams): object {
  const desk = desks.of(query)
  const limit = limitOf(query)
  const { trades } = desk.tape
  const rows = query.has('fromId') ? trades.tradesFrom(wholeParam(query, 'fromId', 0), limit) : trades.latest(limit)
  return rows.map((trade) => tradeRow(desk, trade))
}

/** `GET aggTrades`: from a number on, of a window with both ends inclusive, or the newest. */
export function aggregateTrades(desks: MarketDesks, query: URLSearchParams): object {
  const desk = desks.of(query)
  const limit = limitOf(query)
  const { trades } = desk.tape
  const hasWindow = query.has('startTime') || query.has('endTime')
  if (query.has('fromId') && hasWindow) throw new BinanceRefusal(-1128, 'Combination of optional parameters invalid.')
  const fromMs = wholeParam(query, 'startTime', 0)
  const toMs = wholeParam(query, 'endTime', Number.MAX_SAFE_INTEGER)
  if (desks.kind === 'usdm' && query.has('startTime') && query.has('endTime') && toMs - fromMs > HOUR_MS)
    throw new BinanceRefusal(-4165, 'Invalid time interval, maximum time interval is 1 hour.')
  const rows = query.has('fromId')
    ? trades.aggregatesFrom(wholeParam(query, 'fromId', 0), limit)
    : hasWindow
      ? trades.aggregatesBetween(fromMs, toMs, limit)
      : trades.latestAggregates(limit)
  return rows.map((trade) => aggregateRow(desk, trade))
}

function limitOf(query: URLSearchParams): number {
  return Math.max(1, Math.min(1_000, wholeParam(query, 'limit', 500)))
}

function tradeRow({ format }: Desk, trade: PublicTrade): object {
  const isSpot = format.kind === 'spot'
  return {
    id: trade.id,
    price: format.price(trade.priceTicks),
    qty: format.qty(trade.qtyLots),
    quoteQty: format.quote(BigInt(trade.priceTicks) * BigInt(trade.qtyLots)),
    time: trade.tsMs,
    isBuyerMaker: trade.takerSide === 'sell',
    ...(isSpot ? { isBestMatch: true } : {}),
  }
}

function aggregateRow({ format }: Desk, trade: AggregateTrade): object {
  return {
    a: trade.id,
    p: format.price(trade.priceTicks),
    q: format.qty(trade.qtyLots),
    f: trade.firstId,
    l: trade.lastId,
    T: trade.tsMs,
    m: trade.takerSide === 'sell',
    ...(format.kind === 'spot' ? { M: true } : {}),
  }
}
