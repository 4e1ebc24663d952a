import type { CcxtCandle, CcxtExchange, CcxtTrade } from '../ccxt/ccxt-exchange.ts'
import type { StreamingExchange } from '../ccxt/stream-clients.ts'

/** The parts of a ccxt.pro exchange that market data uses, beside those that history uses. */
export interface FeedExchange extends CcxtExchange, StreamingExchange {
  /** Newest candles of the streams by symbol and timeframe, oldest first. */
  readonly ohlcvs: Readonly<Record<string, Readonly<Record<string, readonly CcxtCandle[]>>>> | undefined
  loadHttpProxyAgent(): Promise<unknown>
  watchOHLCV(symbol: string, timeframe: string): Promise<readonly CcxtCandle[]>
  watchTrades(symbol: string): Promise<readonly CcxtTrade[]>
  watchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, FeedTicker>>>
  watchOrderBook(symbol: string, limit?: number): Promise<unknown>
  fetchRestOrderBookSafe(symbol: string): Promise<unknown>
  fetchFundingRate(symbol: string): Promise<FeedFundingRate>
}

export interface FeedTicker {
  readonly bid?: number | undefined
  readonly bidVolume?: number | undefined
  readonly ask?: number | undefined
  readonly askVolume?: number | undefined
  readonly timestamp?: number | undefined
  /** The message as it came. */
  readonly info?: unknown
}

interface FeedFundingRate {
  readonly markPrice?: number | undefined
  readonly indexPrice?: number | undefined
  readonly fundingRate?: number | undefined
  /** When the rate is settled. */
  readonly fundingTimestamp?: number | undefined
  readonly timestamp?: number | undefined
}
