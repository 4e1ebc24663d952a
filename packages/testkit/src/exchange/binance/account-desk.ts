import { BinanceRefusal, binanceJson } from '../binance-market/binance-answer.ts'
import type { BinanceKind } from '../binance-market/binance-format.ts'
import type { ApiKey } from '../core/account-types.ts'
import type { ExchangePort } from '../core/exchange-port.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import { BinanceContext } from './binance-context.ts'
import { BinanceParams } from './binance-params.ts'
import { type PrivateEndpoint, SPOT_ENDPOINTS, USDM_ENDPOINTS } from './endpoints.ts'
import { ListenKeys } from './listen-keys.ts'
import { BinanceRateLimits } from './rate-limits.ts'
import { requestWeight } from './request-weight.ts'
import { checkKey, checkSignature, signedPayload } from './sign-check.ts'
import { UserStreams } from './user-streams.ts'

/** The signed half of one protocol: accounts, orders, listen keys and limits. */
export class AccountDesk {
  readonly context: BinanceContext
  readonly limits: BinanceRateLimits
  readonly streams: UserStreams
  readonly listenKeys = new ListenKeys()
  readonly #endpoints: ReadonlyMap<string, PrivateEndpoint>

  constructor(kind: BinanceKind, core: ExchangePort, rateLimits: boolean) {
    this.context = new BinanceContext(core, kind)
    this.limits = new BinanceRateLimits(kind, rateLimits)
    this.streams = new UserStreams(this.context)
    this.#endpoints = kind === 'spot' ? SPOT_ENDPOINTS : USDM_ENDPOINTS
  }

  /** Weighs a request and answers it: from the accounts, or from `others` (the public side). */
  answer(request: ExchangeRequest, others: (request: ExchangeRequest) => ExchangeAnswer): ExchangeAnswer {
    const nowMs = request.receivedMs
    const refused = this.limits.countWeight(nowMs, requestWeight(request))
    if (refused !== undefined) return refused
    const path = `${request.method} ${request.path}`
    const endpoint = this.#endpoints.get(path)
    if (endpoint === undefined && !request.path.endsWith('/listenKey')) {
      return withHeaders(others(request), this.limits.headers(nowMs))
    }
    let orderAccount: string | undefined
    const answer = answering(() => {
      if (endpoint === undefined) return this.#listenKey(request)
      const values = new URLSearchParams([...request.query, ...new URLSearchParams(request.body)])
      const params = new BinanceParams(values)
      const key = this.keyOf(request.headers['x-mbx-apikey'], endpoint)
      checkSignature(signedPayload(request.rawQuery, request.body), params, key, nowMs)
      if (endpoint.isOrder) orderAccount = key.accountId
      return this.run(endpoint, key, params, nowMs)
    })
    return withHeaders(answer, this.limits.headers(nowMs, orderAccount))
  }

  keyOf(apiKey: string | undefined, endpoint: PrivateEndpoint): ApiKey {
    return checkKey(apiKey, (name) => this.context.core.key(name), endpoint.scope)
  }

  endpoint(path: string): PrivateEndpoint | undefined {
    return this.#endpoints.get(path)
  }

  /** Runs an endpoint whose request has passed; counts it where it is an order. */
  run(endpoint: PrivateEndpoint, key: ApiKey, params: BinanceParams, nowMs: number): object {
    const { accountId } = key
    if (endpoint.isOrder) {
      this.limits.countOrder(accountId, nowMs, (code, message) => new BinanceRefusal(code, message, 429))
    }
    return endpoint.run({ context: this.context, params, key, accountId, nowMs })
  }

  /** `listenKey` wants the API key only. */
  #listenKey(request: ExchangeRequest): object {
    const nowMs = request.receivedMs
    const apiKey = request.headers['x-mbx-apikey']
    const key = checkKey(apiKey, (name) => this.context.core.key(name), 'read')
    if (request.method === 'POST') return { listenKey: this.listenKeys.open(key.apiKey, key.accountId, nowMs) }
    if (request.method === 'DELETE') {
      this.listenKeys.close(key.apiKey)
      return {}
    }
    const kept = this.listenKeys.keepAlive(key.apiKey, nowMs)
    if (kept === undefined) throw new BinanceRefusal(-1125, 'This listenKey does not exist.')
    return { listenKey: kept }
  }
}

/** JSON of what is given, or the answer of the refusal that is thrown. */
function answering(give: () => object): ExchangeAnswer {
  try {
    return binanceJson(give())
  } catch (error) {
    if (error instanceof BinanceRefusal) return error.answer()
    throw error
  }
}

function withHeaders(answer: ExchangeAnswer, headers: Readonly<Record<string, string>>): ExchangeAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}
