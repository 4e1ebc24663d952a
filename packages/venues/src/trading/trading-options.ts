import type { Clock, Rng } from '@kestrel/core'

/** Venues that a trading dialect exists for. */
export type TradingVenue = 'binance' | 'bybit' | 'okx' | 'kraken'

/** Spot, perpetuals that settle in the quote currency, and perpetuals that settle in the base currency. */
export type Product = 'spot' | 'linear' | 'inverse'

/** Keys of an account. They are handed to the exchange client and kept nowhere else. */
export interface ApiKeys {
  readonly apiKey: string
  readonly secret: string
  /** Passphrase, which OKX wants. */
  readonly password?: string | undefined
}

export interface CcxtTradingOptions {
  readonly venue: TradingVenue
  readonly keys: ApiKeys
  /**
   * What is traded. Binance keeps spot, linear and inverse apart as three wallets, so a gateway there has exactly one;
   * Bybit and OKX have one account for all. Default: `linear` at Binance, `spot` and `linear` at Bybit and OKX, `spot` at
   * Kraken.
   */
  readonly products?: readonly Product[] | undefined
  /** As the account is set; it is not changed by itself. Default `one-way`. */
  readonly positionMode?: 'one-way' | 'hedge' | undefined
  /** Margin of perpetuals, where an order names it (OKX). Default `cross`. */
  readonly marginMode?: 'cross' | 'isolated' | undefined
  /** The venue's test network. */
  readonly sandbox?: boolean | undefined
  /** Requests and streams go to this server instead: a local exchange. https, or http to this machine. */
  readonly baseUrl?: string | undefined
  readonly clock?: Clock | undefined
  /** For the random part of waits before a stream connects again. */
  readonly rng?: Rng | undefined
  /** False only against a server of one's own: requests are not spaced out. A stop that the venue orders is kept. Default true. */
  readonly rateLimit?: boolean | undefined
  /** Longest wait for an answer, ms. Default 10,000. */
  readonly timeoutMs?: number | undefined
  /** A stream from which nothing comes for up to three times this long, not even the answer to a ping, is taken for broken, ms. Default 5,000. */
  readonly pingEveryMs?: number | undefined
  /** Between two looks at the account by requests while its stream is down, ms. Default 3,000. */
  readonly pollEveryMs?: number | undefined
  /** The clock difference is measured again after this long, ms. Default 600,000. */
  readonly measureClockEveryMs?: number | undefined
}
