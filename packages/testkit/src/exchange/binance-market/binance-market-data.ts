import type { ExchangeAnswer, ExchangeDialect, ExchangeRequest, StreamSession } from '../front/dialect.ts'
import type { ExchangeClock } from '../flow/clock/exchange-clock.ts'
import type { MarketTape } from '../flow/tape/market-tape.ts'
import { BinanceRefusal } from './binance-answer.ts'
import type { BinanceKind } from './binance-format.ts'
import { MarketDesks } from './market-desk.ts'
import { answerMarketRequest } from './market-rest.ts'
import { MarketSocket } from './streams/market-socket.ts'
import { StreamHub } from './streams/stream-hub.ts'

/**
 * A socket that ccxt numbers itself (`/ws/3`), or one that names its streams (`/ws/btcusdt@trade`). Below `/stream` too: ccxt
 * tells spot sockets from those of futures by `/stream` in their address, which is the host's name at the venue.
 */
const RAW_PATH = /^\/(?:(?:public|market|stream)\/)?ws(?:\/(.*))?$/

/** Combined streams are named in the query. */
const COMBINED_PATH = /^\/(?:(?:public|market)\/)?stream$/

/**
 * The public half of Binance's protocol, spot or USD-M futures: REST under `/api/v3` or `/fapi/v1`, and market streams under
 * `/ws` and `/stream` (for futures also below `/public` and `/market`, as the venue has split them).
 *
 * It is a whole dialect for markets without accounts. A dialect with accounts asks {@link BinanceMarketData.answer} and
 * {@link BinanceMarketData.openStream} first and serves what they leave.
 */
export class BinanceMarketData implements ExchangeDialect {
  readonly desks: MarketDesks
  readonly hub: StreamHub

  constructor(kind: BinanceKind, clock: ExchangeClock, tapes: readonly MarketTape[]) {
    this.desks = new MarketDesks(kind, clock, tapes)
    this.hub = new StreamHub(this.desks)
  }

  /** Answers a public request; undefined where the path is not public. */
  answer(request: ExchangeRequest): ExchangeAnswer | undefined {
    return answerMarketRequest(this.desks, request)
  }

  handle(request: ExchangeRequest): ExchangeAnswer {
    return this.answer(request) ?? new BinanceRefusal(-1, `Path ${request.path} is not served here.`, 404).answer()
  }

  /** Undefined where the path is no market stream: a user-data stream, or nothing at all. */
  openStream(path: string, query: URLSearchParams, send: (text: string) => void): StreamSession | undefined {
    if (COMBINED_PATH.test(path)) {
      const names = (query.get('streams') ?? '').split('/').filter((name) => name !== '')
      return new MarketSocket(this.hub, send, true, names)
    }
    const raw = RAW_PATH.exec(path)
    if (raw === null) return undefined
    const rest = raw[1] ?? ''
    if (rest === '' || /^\d{1,6}$/.test(rest)) return new MarketSocket(this.hub, send, false, [])
    const names = rest.split('/')
    return names.every((name) => name.includes('@') || name.startsWith('!'))
      ? new MarketSocket(this.hub, send, false, names)
      : undefined
  }
}
