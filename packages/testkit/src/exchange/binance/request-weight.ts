import type { ExchangeRequest } from '../front/dialect.ts'

/** Weight of an endpoint, alone or (second number) without a symbol. 1 where a path is not named. Source: the venue's pages. */
const WEIGHTS: Readonly<Record<string, number | readonly [withSymbol: number, all: number]>> = {
  'GET /api/v3/order': 4,
  'GET /api/v3/openOrders': [6, 80],
  'GET /api/v3/allOrders': 20,
  'GET /api/v3/myTrades': 20,
  'GET /api/v3/account': 20,
  'GET /api/v3/rateLimit/order': 40,
  'GET /api/v3/account/commission': 20,
  'PUT /api/v3/order/amend/keepPriority': 4,
  'GET /api/v3/exchangeInfo': 20,
  'GET /api/v3/trades': 25,
  'GET /api/v3/historicalTrades': 25,
  'GET /api/v3/aggTrades': 4,
  'GET /api/v3/klines': 2,
  'GET /api/v3/avgPrice': 2,
  'GET /api/v3/ticker/24hr': [2, 80],
  'GET /api/v3/ticker/price': [2, 4],
  'GET /api/v3/ticker/bookTicker': [2, 4],
  'POST /fapi/v1/order': 0,
  'POST /fapi/v1/algoOrder': 0,
  'POST /fapi/v1/batchOrders': 5,
  'GET /fapi/v1/openOrders': [1, 40],
  'GET /fapi/v1/openAlgoOrders': [1, 40],
  'GET /fapi/v1/allOrders': 5,
  'GET /fapi/v1/allAlgoOrders': 5,
  'GET /fapi/v1/userTrades': 5,
  'GET /fapi/v2/account': 5,
  'GET /fapi/v3/account': 5,
  'GET /fapi/v2/balance': 5,
  'GET /fapi/v3/balance': 5,
  'GET /fapi/v2/positionRisk': 5,
  'GET /fapi/v3/positionRisk': 5,
  'GET /fapi/v1/accountConfig': 5,
  'GET /fapi/v1/symbolConfig': 5,
  'GET /fapi/v1/income': 30,
  'GET /fapi/v1/commissionRate': 20,
  'GET /fapi/v1/positionSide/dual': 30,
  'GET /fapi/v1/multiAssetsMargin': 30,
  'POST /fapi/v1/countdownCancelAll': 10,
  'GET /fapi/v1/forceOrders': [20, 50],
  'GET /fapi/v1/trades': 5,
  'GET /fapi/v1/historicalTrades': 20,
  'GET /fapi/v1/aggTrades': 20,
  'GET /fapi/v1/premiumIndex': [1, 10],
  'GET /fapi/v1/ticker/24hr': [1, 40],
  'GET /fapi/v1/ticker/bookTicker': [2, 5],
}

const DEPTH = { '/api/v3/depth': [5, 25, 50, 250], '/fapi/v1/depth': [2, 5, 10, 20] } as const
const DEPTH_STEPS = { '/api/v3/depth': [100, 500, 1_000], '/fapi/v1/depth': [50, 100, 500] } as const

/** What a request costs of the minute's weight. */
export function requestWeight({ method, path, query }: Pick<ExchangeRequest, 'method' | 'path' | 'query'>): number {
  if (path === '/api/v3/depth' || path === '/fapi/v1/depth') {
    const limit = Number(query.get('limit') ?? (path === '/api/v3/depth' ? 100 : 500))
    const index = DEPTH_STEPS[path].findIndex((most) => limit <= most)
    return DEPTH[path][index === -1 ? 3 : index] ?? 1
  }
  const weight = WEIGHTS[`${method} ${path}`] ?? 1
  return typeof weight === 'number' ? weight : weight[query.has('symbol') ? 0 : 1]
}
