import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { BinanceKind } from '../binance-market/binance-format.ts'
import type { BinanceMarketData } from '../binance-market/binance-market-data.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { ExchangeAnswer, ExchangeDialect, ExchangeRequest, StreamSession } from '../front/dialect.ts'
import { AccountDesk } from './account-desk.ts'
import { ApiSocket } from './api-socket.ts'
import { UserSocket } from './user-socket.ts'

export interface BinanceDialectOptions {
  readonly exchange: ExchangePort
  /** The public side of each protocol; a protocol without one is not served. */
  readonly spot?: BinanceMarketData
  readonly usdm?: BinanceMarketData
  /** False answers however often somebody asks, and still counts. Default true. */
  readonly rateLimits?: boolean
}

/** One protocol: its accounts and its public side. */
interface Side {
  readonly desk: AccountDesk
  readonly market: BinanceMarketData
}

/** Paths that only futures have. */
const USDM_PATH = /^\/(fapi|dapi|ws-fapi|public|market|private)(\/|$)/

/**
 * Binance: spot and USD-M futures with HMAC keys, as the current ccxt speaks it. Requests under `/api` and `/sapi` are spot's,
 * under `/fapi` futures'; streams under `/ws`, `/stream` and `/ws-api` are spot's, under `/public`, `/market`, `/private` and
 * `/ws-fapi` futures'. Where only one of the two is served, it has all paths.
 */
export class BinanceDialect implements ExchangeDialect {
  readonly #exchange: ExchangePort
  readonly #sides: Readonly<Partial<Record<BinanceKind, Side>>>

  constructor(options: BinanceDialectOptions) {
    const { exchange, spot, usdm, rateLimits = true } = options
    this.#exchange = exchange
    this.#sides = {
      ...(spot === undefined ? {} : { spot: { desk: new AccountDesk('spot', exchange, rateLimits), market: spot } }),
      ...(usdm === undefined ? {} : { usdm: { desk: new AccountDesk('usdm', exchange, rateLimits), market: usdm } }),
    }
  }

  #sideOf(path: string): Side | undefined {
    const { spot, usdm } = this.#sides
    return USDM_PATH.test(path) ? usdm : (spot ?? usdm)
  }

  handle(request: ExchangeRequest): ExchangeAnswer {
    this.#exchange.advance()
    const side = this.#sideOf(request.path)
    if (side === undefined) return noSuchPath(request)
    return side.desk.answer(request, (one) => this.#public(one, side))
  }

  #public(request: ExchangeRequest, side: Side): ExchangeAnswer {
    // ccxt asks for the coin-margined markets wherever it loads any.
    return side.market.answer(request) ?? this.#sides.usdm?.market.answer(request) ?? noSuchPath(request)
  }

  openStream(
    path: string,
    query: URLSearchParams,
    send: (text: string) => void,
    hangUp: (code: number, reason: string) => void,
  ): StreamSession | undefined {
    const side = this.#sideOf(path)
    if (side === undefined) return undefined
    const { desk, market } = side
    if (path === '/ws-api/v3' || path === '/ws-fapi/v1') {
      return new ApiSocket(desk, (request) => this.#public(request, side), send)
    }
    const listenKey = query.get('listenKey') ?? /^\/(?:private\/)?ws\/([A-Za-z0-9]{64})$/.exec(path)?.[1]
    if (listenKey !== undefined && listenKey !== null) {
      const futures = this.#sides.usdm?.desk ?? desk
      const accountId = futures.listenKeys.accountOf(listenKey, this.#exchange.clock.nowMs())
      if (accountId !== undefined) return new UserSocket(futures, listenKey, accountId, send)
      hangUp(1008, 'Invalid listen key')
      return undefined
    }
    return market.openStream(path, query, send)
  }
}

function noSuchPath({ path }: ExchangeRequest): ExchangeAnswer {
  return new BinanceRefusal(-1, `Path ${path} is not served here.`, 404).answer()
}
