import type { CcxtCandle, CcxtExchange, CcxtTrade } from '../ccxt/ccxt-exchange.ts'

/** The parts of a ccxt.pro exchange that market data uses, beside those that history uses. */
export interface FeedExchange extends CcxtExchange {
  loadHttpProxyAgent(): Promise<unknown>
  close(): Promise<void>
  watchOHLCV(symbol: string, timeframe: string): Promise<readonly CcxtCandle[]>
  watchTrades(symbol: string): Promise<readonly CcxtTrade[]>
  watchBidsAsks(symbols: readonly string[]): Promise<Readonly<Record<string, FeedTicker>>>
  fetchFundingRate(symbol: string): Promise<FeedFundingRate>
}

export interface FeedTicker {
  readonly bid?: number | undefined
  readonly bidVolume?: number | undefined
  readonly ask?: number | undefined
  readonly askVolume?: number | undefined
  readonly timestamp?: number | undefined
}

export interface FeedFundingRate {
  readonly markPrice?: number | undefined
  readonly indexPrice?: number | undefined
  readonly fundingRate?: number | undefined
  /** When the rate is settled. */
  readonly fundingTimestamp?: number | undefined
  readonly timestamp?: number | undefined
}
