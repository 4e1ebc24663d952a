import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import { BinanceRefusal, binanceJson } from './binance-answer.ts'
import { bookTickerAnswer, depthAnswer } from './depth-answer.ts'
import { exchangeInfo } from './exchange-info.ts'
import { klines, priceKlines } from './kline-answers.ts'
import { fundingInfo, fundingRates, openInterest, premiumIndex } from './mark-answers.ts'
import type { MarketDesks } from './market-desk.ts'
import { averagePrice, dayTickers, lastPrices, rollingTickers } from './ticker-answers.ts'
import { aggregateTrades, historicalTrades, recentTrades } from './trade-answers.ts'

type Endpoint = (desks: MarketDesks, query: URLSearchParams) => object

const COMMON: Readonly<Record<string, Endpoint>> = {
  ping: () => ({}),
  time: (desks) => ({ serverTime: desks.clock.nowMs() }),
  exchangeInfo,
  depth: depthAnswer,
  trades: recentTrades,
  historicalTrades,
  aggTrades: aggregateTrades,
  klines,
  'ticker/24hr': dayTickers,
  'ticker/price': lastPrices,
  'ticker/bookTicker': bookTickerAnswer,
}

const ENDPOINTS: Readonly<Record<MarketDesks['kind'], ReadonlyMap<string, Endpoint>>> = {
  spot: new Map(Object.entries({ ...COMMON, uiKlines: klines, avgPrice: averagePrice, ticker: rollingTickers })),
  usdm: new Map(
    Object.entries({
      ...COMMON,
      markPriceKlines: (desks: MarketDesks, query: URLSearchParams) => priceKlines(desks, query, 'mark'),
      indexPriceKlines: (desks: MarketDesks, query: URLSearchParams) => priceKlines(desks, query, 'index'),
      premiumIndex,
      fundingRate: fundingRates,
      fundingInfo,
      openInterest,
    }),
  ),
}

/** Endpoint of a path: `/fapi/v2/ticker/price` and `/fapi/v1/ticker/price` are one. */
const PATHS = { spot: /^\/api\/v[13]\/(.+)$/, usdm: /^\/fapi\/v[12]\/(.+)$/ } as const

/**
 * Answers a public request of a protocol; undefined where the path is none of the public ones, so that account endpoints can be
 * asked next.
 */
export function answerMarketRequest(desks: MarketDesks, request: ExchangeRequest): ExchangeAnswer | undefined {
  // Coin-margined contracts are not traded here, and ccxt asks for them whenever it loads markets.
  if (desks.kind === 'usdm' && request.path === '/dapi/v1/exchangeInfo') return binanceJson(noMarkets(desks))
  const name = PATHS[desks.kind].exec(request.path)?.[1]
  const endpoint = name === undefined ? undefined : ENDPOINTS[desks.kind].get(name)
  if (endpoint === undefined || request.method !== 'GET') return undefined
  try {
    return binanceJson(endpoint(desks, request.query))
  } catch (error) {
    if (error instanceof BinanceRefusal) return error.answer()
    throw error
  }
}

function noMarkets(desks: MarketDesks): object {
  return { timezone: 'UTC', serverTime: desks.clock.nowMs(), rateLimits: [], exchangeFilters: [], symbols: [] }
}
