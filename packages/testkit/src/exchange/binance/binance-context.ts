import type { ApiKey } from '../core/account-types.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import { type Market, type MarketId, marketIdOf } from '../core/market-spec.ts'
import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import { BinanceFormat, type BinanceKind } from '../binance-market/binance-format.ts'
import type { BinanceParams } from './binance-params.ts'

/** One protocol of the venue (spot or USD-M futures) on the exchange. */
export class BinanceContext {
  readonly core: ExchangePort
  readonly kind: BinanceKind
  readonly #formats = new Map<MarketId, BinanceFormat>()

  constructor(core: ExchangePort, kind: BinanceKind) {
    this.core = core
    this.kind = kind
    for (const market of core.markets.values()) {
      if (market.kind === this.marketKind) this.#formats.set(market.id, new BinanceFormat(kind, market))
    }
  }

  get marketKind(): Market['kind'] {
    return this.kind === 'spot' ? 'spot' : 'linear'
  }

  /** Every market of the protocol. */
  get formats(): readonly BinanceFormat[] {
    return [...this.#formats.values()]
  }

  format(marketId: MarketId): BinanceFormat {
    const format = this.#formats.get(marketId)
    if (format === undefined) throw new BinanceRefusal(-1121, 'Invalid symbol.')
    return format
  }

  /** The market that the `symbol` parameter names. */
  marketOf(params: BinanceParams): BinanceFormat {
    return this.format(marketIdOf(this.marketKind, params.required('symbol')))
  }

  /** As {@link BinanceContext.marketOf}; undefined where no symbol is given. */
  optionalMarket(params: BinanceParams): BinanceFormat | undefined {
    return params.text('symbol') === undefined ? undefined : this.marketOf(params)
  }
}

/** A signed request that has passed. */
export interface BinanceCall {
  readonly context: BinanceContext
  readonly params: BinanceParams
  readonly key: ApiKey
  readonly accountId: string
  readonly nowMs: number
}

/** What an endpoint does: gives the answer's JSON, or throws a {@link BinanceRefusal}. */
export type BinanceEndpoint = (call: BinanceCall) => object
