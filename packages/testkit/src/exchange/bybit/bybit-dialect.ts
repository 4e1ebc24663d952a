import type { ApiKey } from '../core/account-types.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { ExchangeClock } from '../flow/clock/exchange-clock.ts'
import type { MarketTape } from '../flow/tape/market-tape.ts'
import type { ExchangeAnswer, ExchangeDialect, ExchangeRequest, StreamSession } from '../front/dialect.ts'
import * as account from './account-endpoints.ts'
import { AccountNotes } from './account-notes.ts'
import { authorizeRequest, requireScope, type Scope } from './authorize-request.ts'
import { BybitRefusal, bybitAnswer, refusalAnswer } from './bybit-answer.ts'
import type { AccountContext, BybitContext } from './bybit-context.ts'
import { BybitMarkets } from './bybit-market.ts'
import { BybitParams } from './bybit-params.ts'
import * as market from './market-endpoints.ts'
import * as order from './order-endpoints.ts'
import * as lists from './order-lists.ts'
import * as position from './position-endpoints.ts'
import { BybitRateLimits } from './rate-limits.ts'
import { PrivateHub } from './streams/private-hub.ts'
import { PrivateSocket } from './streams/private-socket.ts'
import { PublicSocket } from './streams/public-socket.ts'
import { PublicTopics } from './streams/public-topics.ts'
import { type TradeInstruction, TradeSocket } from './streams/trade-socket.ts'

export interface BybitDialectOptions {
  readonly exchange: ExchangePort
  readonly clock: ExchangeClock
  /** The public side of each market. */
  readonly tapes: readonly MarketTape[]
  /** False answers however often somebody asks. Default true. */
  readonly rateLimits?: boolean
  /** False takes any timestamp, for an exchange whose time is not the machine's. Default true. */
  readonly timestamps?: boolean
}

type PublicEndpoint = (question: market.MarketQuestion) => object
type PrivateEndpoint = (context: AccountContext, params: BybitParams) => object

const PUBLIC: ReadonlyMap<string, PublicEndpoint> = new Map(
  Object.entries({
    'market/time': market.serverTime,
    'market/instruments-info': market.instrumentsInfo,
    'market/orderbook': market.orderbook,
    'market/kline': market.kline,
    'market/mark-price-kline': market.priceKline('mark'),
    'market/index-price-kline': market.priceKline('index'),
    'market/recent-trade': market.recentTrades,
    'market/tickers': market.tickers,
    'market/funding/history': market.fundingHistory,
    'market/risk-limit': market.riskLimits,
    'market/open-interest': market.openInterest,
    'system/status': () => ({ list: [] }),
  }),
)

const GET: ReadonlyMap<string, PrivateEndpoint> = new Map(
  Object.entries({
    'order/realtime': lists.realtime,
    'order/history': lists.history,
    'execution/list': lists.executions,
    'position/list': position.positions,
    'account/wallet-balance': account.walletBalance,
    'account/info': account.accountInfo,
    'account/fee-rate': account.feeRates,
    'user/query-api': account.queryApi,
    'asset/coin/query-info': account.coinInfo,
  }),
)

const POST: ReadonlyMap<string, PrivateEndpoint> = new Map(
  Object.entries({
    'order/create': order.create,
    'order/amend': order.amend,
    'order/cancel': order.cancel,
    'order/cancel-all': order.cancelAll,
    'order/disconnected-cancel-all': order.disconnectedCancelAll,
    'position/set-leverage': position.setLeverage,
    'position/switch-isolated': position.switchIsolated,
    'position/switch-mode': position.switchMode,
    'account/set-margin-mode': account.setMarginMode,
  }),
)

const BATCHES: ReadonlyMap<string, ReturnType<typeof order.batchOf>> = new Map(
  Object.entries({
    'order/create-batch': order.batchOf(order.create),
    'order/amend-batch': order.batchOf(order.amend),
    'order/cancel-batch': order.batchOf(order.cancel),
  }),
)

/** Bybit v5: spot and USDT perpetuals on one unified account, as the current ccxt uses it. */
export class BybitDialect implements ExchangeDialect {
  readonly #context: BybitContext
  readonly #limits: BybitRateLimits
  readonly #topics: PublicTopics
  readonly #hub: PrivateHub
  #connections = 0

  constructor(options: BybitDialectOptions) {
    const { exchange, tapes } = options
    this.#context = {
      exchange,
      markets: new BybitMarkets(tapes),
      notes: new AccountNotes(exchange),
      isTimeChecked: options.timestamps ?? true,
    }
    this.#limits = new BybitRateLimits(options.rateLimits ?? true)
    this.#topics = new PublicTopics(this.#context.markets, options.clock)
    this.#hub = new PrivateHub(this.#context)
  }

  handle(request: ExchangeRequest): ExchangeAnswer {
    const nowMs = request.receivedMs
    const refused = this.#limits.refuseAddress(nowMs)
    if (refused !== undefined) return refused
    return this.#carefully(nowMs, () => this.#answer(request, nowMs))
  }

  openStream(path: string, _query: URLSearchParams, send: (text: string) => void): StreamSession | undefined {
    const connId = `local-${++this.#connections}`
    if (path === '/v5/private') return new PrivateSocket(connId, send, this.#context, this.#hub)
    if (path === '/v5/trade') return new TradeSocket(connId, send, this.#context, this.#instruction)
    const category = /^\/v5\/public\/(spot|linear|inverse|option)$/.exec(path)?.[1]
    return category === undefined ? undefined : new PublicSocket(connId, send, category, this.#topics)
  }

  /** Gives a refusal as an answer, and tells accounts what happened before the answer leaves. */
  #carefully(nowMs: number, answer: () => ExchangeAnswer): ExchangeAnswer {
    this.#context.exchange.advance()
    try {
      return answer()
    } catch (error) {
      if (error instanceof BybitRefusal) return refusalAnswer(error, nowMs)
      throw error
    } finally {
      this.#hub.flush()
    }
  }

  #answer(request: ExchangeRequest, nowMs: number): ExchangeAnswer {
    const name = /^\/v5\/(.+)$/.exec(request.path)?.[1] ?? ''
    const { method } = request
    const open = method === 'GET' ? PUBLIC.get(name) : undefined
    if (open !== undefined) {
      const params = BybitParams.ofQuery(request.query)
      return bybitAnswer(open({ markets: this.#context.markets, params, nowMs }), nowMs)
    }
    const isKnown = method === 'GET' ? GET.has(name) : method === 'POST' && (POST.has(name) || BATCHES.has(name))
    if (!isKnown) return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }
    const key = authorizeRequest(this.#context.exchange, request, this.#context.isTimeChecked)
    const params = method === 'GET' ? BybitParams.ofQuery(request.query) : BybitParams.ofBody(request.body)
    return this.#private(name, key, params, nowMs)
  }

  #private(name: string, key: ApiKey, params: BybitParams, nowMs: number): ExchangeAnswer {
    const category = params.text('category') ?? ''
    const headers = this.#limits.count(key.accountId, name, category, nowMs)
    if (!GET.has(name)) requireScope(key, scopeOf(name, category))
    const context: AccountContext = { ...this.#context, key, nowMs }
    const batch = BATCHES.get(name)
    if (batch !== undefined) {
      const { result, extra } = batch(context, params)
      return { ...bybitAnswer(result, nowMs, extra), headers }
    }
    const endpoint = GET.get(name) ?? POST.get(name)
    return { ...bybitAnswer(endpoint?.(context, params) ?? {}, nowMs), headers }
  }

  readonly #instruction: TradeInstruction = (name, key, body, receivedMs) =>
    this.#carefully(receivedMs, () => {
      const values = typeof body === 'object' && body !== null ? body : {}
      return this.#private(name, key, new BybitParams(values as Record<string, unknown>), receivedMs)
    })
}

function scopeOf(name: string, category: string): Scope {
  return name.startsWith('order/') && category === 'spot' ? 'spot' : 'futures'
}
