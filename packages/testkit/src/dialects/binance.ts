import type { SeenRequest } from '../history/fault.ts'
import { type Answer, type Dialect, type ExchangeState, json, type RowChange, wholeOf } from './dialect.ts'

const LENGTHS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
}

/**
 * Binance spot and USD-M futures: oldest first from `startTime`, both ends inclusive, at most 1,000 rows, aggregate trades by
 * id or within an hour. Source: https://developers.binance.com/docs, checked against ccxt's fixtures.
 */
export const binanceDialect: Dialect = {
  answer(state, request, change) {
    const { path, query } = request
    if (path.endsWith('/time')) return json({ serverTime: state.nowMs })
    if (path.endsWith('/exchangeInfo')) return json(exchangeInfo(path, state))
    if ((query['symbol'] ?? query['pair']) !== 'BTCUSDT') return json({ code: -1121, msg: 'Invalid symbol.' }, 400)
    if (path.endsWith('/klines') || path.endsWith('/markPriceKlines')) return klines(state, request, change)
    if (path.endsWith('/aggTrades')) return aggTrades(state, request, change)
    if (path.endsWith('/fundingRate')) {
      const [from, to] = window(request)
      const rows = state.market.funding(from, to, state.nowMs).slice(0, Math.min(1_000, wholeOf(request, 'limit', 100)))
      return json(
        change(rows).map(({ timeMs, rate }) => ({
          symbol: 'BTCUSDT',
          fundingTime: timeMs,
          fundingRate: rate.toFixed(8),
          markPrice: '20000.00000000',
        })),
      )
    }
    if (path.endsWith('/openInterestHist')) return openInterest(state, request, change)
    return json({ code: -1, msg: `no such path ${path}` }, 404)
  },
}

function window(request: SeenRequest): [from: number, to: number] {
  // Inclusive at the venue, exclusive here.
  return [wholeOf(request, 'startTime', 0), wholeOf(request, 'endTime', 9e15) + 1]
}

function klines(state: ExchangeState, request: SeenRequest, change: RowChange): Answer {
  const lengthMs = LENGTHS[request.query['interval'] ?? '']
  if (lengthMs === undefined) return json({ code: -1120, msg: 'Invalid interval.' }, 400)
  const isMark = request.path.endsWith('/markPriceKlines')
  const limit = Math.min(1_000, wholeOf(request, 'limit', 500))
  const [from, to] = window(request)
  // Rows are looked up no further than needed, however far the end lies.
  const rows = []
  for (let at = Math.max(from, state.market.listedMs); rows.length < limit && at < to && at <= state.nowMs;) {
    const end = Math.min(to, at + limit * lengthMs)
    rows.push(...state.market.bars(lengthMs, at, end, state.nowMs))
    at = end
  }
  return json(
    change(rows.slice(0, limit)).map(({ openTimeMs, open, high, low, close, volume }) => [
      openTimeMs,
      open.toFixed(2),
      high.toFixed(2),
      low.toFixed(2),
      close.toFixed(2),
      isMark ? '0' : volume.toFixed(5),
      openTimeMs + lengthMs - 1,
      (volume * close).toFixed(8),
      308,
      '0',
      '0',
      '0',
    ]),
  )
}

function aggTrades(state: ExchangeState, request: SeenRequest, change: RowChange): Answer {
  const { market, nowMs } = state
  const limit = Math.min(1_000, wholeOf(request, 'limit', 500))
  const [from, to] = window(request)
  if (request.query['fromId'] !== undefined && request.query['startTime'] !== undefined)
    return json({ code: -1128, msg: 'Combination of optional parameters invalid.' }, 400)
  const fromId = wholeOf(request, 'fromId', Number.NaN)
  const rows = market.tradesFrom(Number.isNaN(fromId) ? market.tradeIdAt(from) : fromId, limit, nowMs)
  return json(
    change(rows.filter(({ timeMs }) => timeMs < to)).map(({ id, timeMs, price, quantity, buyerTook }) => ({
      a: id,
      p: price.toFixed(2),
      q: quantity.toFixed(5),
      f: id * 2,
      l: id * 2 + 1,
      T: timeMs,
      m: !buyerTook,
      ...(request.path.startsWith('/api/') ? { M: true } : {}),
    })),
  )
}

function openInterest(state: ExchangeState, request: SeenRequest, change: RowChange): Answer {
  const [from, to] = window(request)
  const everyMs = LENGTHS[request.query['period'] ?? ''] ?? 300_000
  // The newest rows of the window where it holds more than a page.
  const rows = state.market
    .openInterest(everyMs, from, to, state.nowMs)
    .slice(-Math.min(500, wholeOf(request, 'limit', 30)))
  return json(
    change(rows).map(({ timeMs, amount }) => ({
      symbol: 'BTCUSDT',
      sumOpenInterest: amount.toFixed(8),
      sumOpenInterestValue: (amount * 20_000).toFixed(8),
      timestamp: timeMs,
    })),
  )
}

function exchangeInfo(path: string, { nowMs, market }: ExchangeState): object {
  const isSpot = path.startsWith('/api/')
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000.0', stepSize: isSpot ? '0.00001' : '0.001' },
    isSpot
      ? { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, avgPriceMins: 5 }
      : { filterType: 'MIN_NOTIONAL', notional: '5' },
  ]
  const common = {
    symbol: 'BTCUSDT',
    status: 'TRADING',
    baseAsset: 'BTC',
    baseAssetPrecision: 8,
    quoteAsset: 'USDT',
    quotePrecision: 8,
    orderTypes: ['LIMIT', 'MARKET'],
    filters,
  }
  const spot = { ...common, isSpotTradingAllowed: true, isMarginTradingAllowed: true, permissions: ['SPOT'] }
  const perpetual = {
    ...common,
    pair: 'BTCUSDT',
    contractType: 'PERPETUAL',
    deliveryDate: 4_133_404_800_000,
    onboardDate: market.listedMs,
    marginAsset: 'USDT',
    pricePrecision: 2,
    quantityPrecision: 3,
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
  }
  const symbols = path.startsWith('/dapi/') ? [] : [isSpot ? spot : perpetual]
  return { timezone: 'UTC', serverTime: nowMs, rateLimits: [], exchangeFilters: [], symbols }
}
