import type { SeenRequest } from '../history/fault.ts'
import { type Answer, type Dialect, type ExchangeState, json, type RowChange, wholeOf } from './dialect.ts'

/** Minutes of a bar, and letters, as the venue writes them. */
const LENGTHS: Readonly<Record<string, number>> = {
  '1': 60_000,
  '5': 300_000,
  '60': 3_600_000,
  '240': 14_400_000,
  D: 86_400_000,
  '5min': 300_000,
  '15min': 900_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

/**
 * Bybit v5: newest first, counted back from `end`, both ends inclusive; errors come with status 200. Source:
 * https://bybit-exchange.github.io/docs/v5/market/kline, checked against ccxt's fixtures.
 */
export const bybitDialect: Dialect = {
  answer(state, request, change) {
    const { path, query } = request
    const result = (list: readonly unknown[]): Answer =>
      json({
        retCode: 0,
        retMsg: 'OK',
        result: { category: query['category'] ?? '', symbol: 'BTCUSDT', list, nextPageCursor: '' },
        retExtInfo: {},
        time: state.nowMs,
      })
    if (path.endsWith('/market/time')) return result([])
    if (path.endsWith('/instruments-info')) return result(instruments(request, state))
    if (query['symbol'] !== 'BTCUSDT')
      return json({ retCode: 10_001, retMsg: 'params error: symbol invalid', result: {}, time: state.nowMs })
    if (path.endsWith('kline')) return result(change(klines(state, request)))
    if (path.endsWith('/funding/history')) {
      const rows = state.market.funding(...window(request, 'startTime', 'endTime'), state.nowMs)
      return result(
        change(newest(rows, Math.min(200, wholeOf(request, 'limit', 200)))).map(({ timeMs, rate }) => ({
          symbol: 'BTCUSDT',
          fundingRate: rate.toFixed(8),
          fundingRateTimestamp: String(timeMs),
        })),
      )
    }
    if (path.endsWith('/open-interest')) return result(openInterest(state, request, change))
    return json({ retCode: 10_404, retMsg: 'no such path', result: {}, time: state.nowMs }, 404)
  },
}

function window(request: SeenRequest, from: string, to: string): [from: number, to: number] {
  return [wholeOf(request, from, 0), wholeOf(request, to, 9e14) + 1]
}

function newest<Row>(rows: readonly Row[], limit: number): readonly Row[] {
  return rows.slice(-limit).reverse()
}

function klines(state: ExchangeState, request: SeenRequest): readonly (readonly string[])[] {
  const lengthMs = LENGTHS[request.query['interval'] ?? ''] ?? 60_000
  const limit = Math.min(1_000, wholeOf(request, 'limit', 200))
  const [from, to] = window(request, 'start', 'end')
  const end = Math.min(to, state.nowMs + 1)
  const rows = state.market.bars(lengthMs, Math.max(from, end - 3 * limit * lengthMs), end, state.nowMs)
  const isMark = request.path.endsWith('/mark-price-kline')
  return newest(rows, limit).map(({ openTimeMs, open, high, low, close, volume }) => [
    String(openTimeMs),
    open.toFixed(2),
    high.toFixed(2),
    low.toFixed(2),
    close.toFixed(2),
    ...(isMark ? [] : [volume.toFixed(3), (volume * close).toFixed(4)]),
  ])
}

function openInterest(state: ExchangeState, request: SeenRequest, change: RowChange): readonly object[] {
  const everyMs = LENGTHS[request.query['intervalTime'] ?? ''] ?? 3_600_000
  const rows = state.market.openInterest(everyMs, ...window(request, 'startTime', 'endTime'), state.nowMs)
  return change(newest(rows, Math.min(200, wholeOf(request, 'limit', 50)))).map(({ timeMs, amount }) => ({
    openInterest: amount.toFixed(3),
    timestamp: String(timeMs),
  }))
}

function instruments({ query }: SeenRequest, { market }: ExchangeState): readonly object[] {
  if (query['status'] === 'PreLaunch') return []
  const common = { symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', status: 'Trading' }
  if (query['category'] === 'spot')
    return [
      {
        ...common,
        marginTrading: 'both',
        lotSizeFilter: {
          basePrecision: '0.000001',
          quotePrecision: '0.0000001',
          minOrderQty: '0.00001',
          minOrderAmt: '5',
        },
        priceFilter: { tickSize: '0.01' },
      },
    ]
  if (query['category'] !== 'linear') return []
  return [
    {
      ...common,
      contractType: 'LinearPerpetual',
      launchTime: String(market.listedMs),
      deliveryTime: '0',
      priceScale: '2',
      leverageFilter: { minLeverage: '1', maxLeverage: '100.00', leverageStep: '0.01' },
      priceFilter: { minPrice: '0.10', maxPrice: '1999999.80', tickSize: '0.10' },
      lotSizeFilter: { maxOrderQty: '1190.000', minOrderQty: '0.001', qtyStep: '0.001', minNotionalValue: '5' },
      fundingInterval: 480,
      settleCoin: 'USDT',
    },
  ]
}
