import { type Dialect, type ExchangeState, json, type RowChange, wholeOf } from './dialect.ts'
import type { SeenRequest } from '../history/fault.ts'

const MOST_BARS = 720
const MOST_TRADES = 1_000

/**
 * Kraken spot: the newest 720 bars whatever is asked for, the unfinished one among them; trades from `since` (nanoseconds,
 * exclusive) on; errors come with status 200. Source: https://docs.kraken.com/api/docs/rest-api/get-ohlc-data, checked
 * against ccxt's fixtures.
 */
export const krakenDialect: Dialect = {
  answer(state, request, change) {
    const { path, query } = request
    const result = (value: object): ReturnType<typeof json> => json({ error: [], result: value })
    if (path.endsWith('/Time'))
      return result({ unixtime: Math.floor(state.nowMs / 1_000), rfc1123: new Date(state.nowMs).toUTCString() })
    if (path.endsWith('/AssetPairs')) return result({ XBTUSDT: PAIR })
    if (query['pair'] !== 'XBTUSDT') return json({ error: ['EQuery:Unknown asset pair'] })
    if (path.endsWith('/OHLC')) return result({ XBTUSDT: bars(state, request, change), last: 0 })
    if (path.endsWith('/Trades')) return result(trades(state, request, change))
    return json({ error: ['EGeneral:Unknown method'] }, 404)
  },
}

function bars(state: ExchangeState, request: SeenRequest, change: RowChange): readonly unknown[] {
  const lengthMs = wholeOf(request, 'interval', 1) * 60_000
  const sinceMs = wholeOf(request, 'since', 0) * 1_000
  const rows = state.market.bars(lengthMs, state.nowMs - 2 * MOST_BARS * lengthMs, state.nowMs + 1, state.nowMs)
  const kept = rows.slice(-MOST_BARS).filter(({ openTimeMs }) => openTimeMs > sinceMs)
  return change(kept).map(({ openTimeMs, open, high, low, close, volume }) => [
    openTimeMs / 1_000,
    open.toFixed(1),
    high.toFixed(1),
    low.toFixed(1),
    close.toFixed(1),
    close.toFixed(1),
    volume.toFixed(8),
    17,
  ])
}

function trades(state: ExchangeState, request: SeenRequest, change: RowChange): object {
  const sinceNs = BigInt(request.query['since'] ?? '0')
  const { market } = state
  const firstId = market.tradeIdAt(Math.max(market.listedMs, Number(sinceNs / 1_000_000n)))
  const rows = market
    .tradesFrom(firstId, MOST_TRADES + 1, state.nowMs)
    .filter(({ timeMs }) => BigInt(timeMs) * 1_000_000n > sinceNs)
    .slice(0, Math.min(MOST_TRADES, wholeOf(request, 'count', MOST_TRADES)))
  const given = change(rows)
  const last = given.at(-1)
  return {
    XBTUSDT: given.map(({ id, timeMs, price, quantity, buyerTook }) => [
      price.toFixed(1),
      quantity.toFixed(8),
      timeMs / 1_000,
      buyerTook ? 'b' : 's',
      'm',
      '',
      id,
    ]),
    last: String(last === undefined ? sinceNs : BigInt(last.timeMs) * 1_000_000n),
  }
}

const PAIR = {
  altname: 'XBTUSDT',
  wsname: 'XBT/USDT',
  aclass_base: 'currency',
  base: 'XXBT',
  aclass_quote: 'currency',
  quote: 'USDT',
  cost_decimals: 6,
  pair_decimals: 1,
  lot_decimals: 8,
  lot_multiplier: 1,
  fees: [[0, 0.4]],
  fees_maker: [[0, 0.25]],
  ordermin: '0.0001',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
}
