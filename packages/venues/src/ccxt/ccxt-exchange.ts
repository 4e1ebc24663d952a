/**
 * The parts of a ccxt exchange that are used here. Stated by hand: the declarations of ccxt name every exchange, and
 * compiling them would cost more than the rest of the repository.
 */
export interface CcxtExchange {
  readonly id: string
  /** What the exchange can do: true, 'emulated', false or undefined by method name. */
  readonly has: Record<string, boolean | string | undefined>
  readonly timeframes: Readonly<Record<string, unknown>> | undefined
  urls: { api?: unknown }
  options: Record<string, unknown>
  last_response_headers: Readonly<Record<string, string>> | undefined
  /** Hook of ccxt between the answer and its parsers; gives the body. */
  onRestResponse(status: number, ...rest: readonly unknown[]): string
  /** A body as JSON, undefined where it is none. */
  parseJson(body: unknown): unknown
  markets: Readonly<Record<string, CcxtMarket>> | undefined
  loadMarkets(reload?: boolean): Promise<unknown>
  fetchTime(params?: object): Promise<number | undefined>
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number, params?: object): Promise<CcxtCandle[]>
  fetchMarkOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: object,
  ): Promise<CcxtCandle[]>
  fetchTrades(symbol: string, since?: number, limit?: number, params?: object): Promise<CcxtTrade[]>
  fetchFundingRateHistory(symbol: string, since?: number, limit?: number, params?: object): Promise<CcxtFunding[]>
  fetchOpenInterestHistory(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: object,
  ): Promise<CcxtOpenInterest[]>
  featureValue(symbol: string, method: string, name: string, fallback?: unknown): unknown
  numberToString(value: number): string
}

/** Time, open, high, low, close, volume. */
export type CcxtCandle = readonly (number | undefined)[]

export interface CcxtTrade {
  readonly id?: string | undefined
  readonly timestamp?: number | undefined
  readonly price?: number | undefined
  readonly amount?: number | undefined
  readonly side?: string | undefined
  /** The answer of the exchange as it came. */
  readonly info?: unknown
}

export interface CcxtFunding {
  readonly timestamp?: number | undefined
  readonly fundingRate?: number | undefined
}

export interface CcxtOpenInterest {
  readonly timestamp?: number | undefined
  readonly openInterestAmount?: number | undefined
  readonly openInterestValue?: number | undefined
}

export interface CcxtMarket {
  readonly id: string
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly settle?: string | undefined
  readonly spot?: boolean | undefined
  readonly swap?: boolean | undefined
  readonly linear?: boolean | undefined
  readonly inverse?: boolean | undefined
  readonly active?: boolean | undefined
  readonly contractSize?: number | undefined
  readonly maker?: number | undefined
  readonly taker?: number | undefined
  /** When the market was listed, ms. */
  readonly created?: number | undefined
  readonly precision: { readonly amount?: number | undefined; readonly price?: number | undefined }
  readonly limits: {
    readonly amount?: { readonly min?: number | undefined } | undefined
    readonly cost?: { readonly min?: number | undefined } | undefined
  }
  readonly info?: unknown
}
