import { BinanceRefusal } from '../binance-market/binance-answer.ts'
import type { ExchangeAnswer, ExchangeRequest, StreamSession } from '../front/dialect.ts'
import type { AccountDesk } from './account-desk.ts'
import { BinanceParams } from './binance-params.ts'
import { checkKey, checkSignature, signedParams } from './sign-check.ts'
import { jsonOf } from './user-socket.ts'

/** Methods of the websocket API by the REST endpoint that does the same. */
const METHODS = {
  spot: {
    'order.place': 'POST /api/v3/order',
    'order.test': 'POST /api/v3/order/test',
    'order.status': 'GET /api/v3/order',
    'order.cancel': 'DELETE /api/v3/order',
    'order.cancelReplace': 'POST /api/v3/order/cancelReplace',
    'order.amend.keepPriority': 'PUT /api/v3/order/amend/keepPriority',
    'openOrders.status': 'GET /api/v3/openOrders',
    'openOrders.cancelAll': 'DELETE /api/v3/openOrders',
    allOrders: 'GET /api/v3/allOrders',
    myTrades: 'GET /api/v3/myTrades',
    'account.status': 'GET /api/v3/account',
  },
  usdm: {
    'order.place': 'POST /fapi/v1/order',
    'order.modify': 'PUT /fapi/v1/order',
    'order.status': 'GET /fapi/v1/order',
    'order.cancel': 'DELETE /fapi/v1/order',
    'algoOrder.place': 'POST /fapi/v1/algoOrder',
    'algoOrder.cancel': 'DELETE /fapi/v1/algoOrder',
    'account.balance': 'GET /fapi/v2/balance',
    'v2/account.balance': 'GET /fapi/v3/balance',
    'account.status': 'GET /fapi/v2/account',
    'v2/account.status': 'GET /fapi/v3/account',
    'account.position': 'GET /fapi/v2/positionRisk',
    'v2/account.position': 'GET /fapi/v3/positionRisk',
  },
} as const

/** Public methods of the websocket API; the rest of the path is that of REST. */
const PUBLIC = {
  ping: 'ping',
  time: 'time',
  exchangeInfo: 'exchangeInfo',
  depth: 'depth',
  'trades.recent': 'trades',
  klines: 'klines',
  'ticker.price': 'ticker/price',
  'ticker.book': 'ticker/bookTicker',
  'ticker.24hr': 'ticker/24hr',
} as const

/**
 * The websocket API (`/ws-api/v3` of spot, `/ws-fapi/v1` of futures): every request is signed by itself, with an HMAC key, and
 * answered under its id. On spot it also carries the user-data stream after `userDataStream.subscribe.signature`.
 */
export class ApiSocket implements StreamSession {
  readonly #desk: AccountDesk
  readonly #others: (request: ExchangeRequest) => ExchangeAnswer
  readonly #send: (text: string) => void
  readonly #subscriptions = new Map<number, () => void>()
  #subscribed = 0

  constructor(desk: AccountDesk, others: (request: ExchangeRequest) => ExchangeAnswer, send: (text: string) => void) {
    this.#desk = desk
    this.#others = others
    this.#send = send
  }

  message(text: string, receivedMs: number): void {
    const request = jsonOf(text)
    const id = request?.['id'] ?? null
    const method = typeof request?.['method'] === 'string' ? request['method'] : ''
    const raw = request?.['params']
    const params = Object.fromEntries(
      Object.entries(typeof raw === 'object' && raw !== null ? raw : {}).map(([name, value]) => [name, wordOf(value)]),
    )
    const refused = this.#desk.limits.countWeight(receivedMs, 2)
    try {
      if (refused !== undefined) throw new BinanceRefusal(-1003, 'Too much request weight used.', refused.status)
      const result = this.#run(method, params, receivedMs)
      this.#send(JSON.stringify({ id, status: 200, result, rateLimits: [] }))
    } catch (error) {
      if (!(error instanceof BinanceRefusal)) throw error
      const { status, code, message } = error
      this.#send(JSON.stringify({ id, status, error: { code, msg: message }, rateLimits: [] }))
    }
  }

  close(): void {
    for (const stop of this.#subscriptions.values()) stop()
    this.#subscriptions.clear()
  }

  #run(method: string, params: Record<string, string>, nowMs: number): unknown {
    const values = new BinanceParams(new URLSearchParams(params))
    if (method === 'userDataStream.subscribe.signature' && this.#desk.context.kind === 'spot') {
      const key = checkKey(params['apiKey'], (name) => this.#desk.context.core.key(name), 'read')
      checkSignature(signedParams(params), values, key, nowMs)
      return { subscriptionId: this.#subscribe(key.accountId) }
    }
    if (method === 'userDataStream.unsubscribe') {
      const id = values.whole('subscriptionId')
      for (const [known, stop] of this.#subscriptions) {
        if (id !== undefined && id !== known) continue
        stop()
        this.#subscriptions.delete(known)
      }
      return {}
    }
    if (method === 'session.logon') {
      throw new BinanceRefusal(-4056, 'HMAC_SHA256 API key is not supported.', 400)
    }
    const { kind } = this.#desk.context
    const path: string | undefined = (METHODS[kind] as Readonly<Record<string, string>>)[method]
    const endpoint = path === undefined ? undefined : this.#desk.endpoint(path)
    if (endpoint === undefined) return this.#public(method, params, nowMs)
    const key = this.#desk.keyOf(params['apiKey'], endpoint)
    checkSignature(signedParams(params), values, key, nowMs)
    return this.#desk.run(endpoint, key, values, nowMs)
  }

  #subscribe(accountId: string): number {
    const subscriptionId = this.#subscribed++
    const stop = this.#desk.streams.listen(accountId, (event) => {
      this.#send(JSON.stringify({ subscriptionId, event }))
    })
    this.#subscriptions.set(subscriptionId, stop)
    return subscriptionId
  }

  #public(method: string, params: Readonly<Record<string, string>>, nowMs: number): unknown {
    const name = (PUBLIC as Readonly<Record<string, string>>)[method]
    if (name === undefined) throw new BinanceRefusal(-1000, `Unknown method '${method}'.`)
    const base = this.#desk.context.kind === 'spot' ? '/api/v3' : '/fapi/v1'
    const query = new URLSearchParams(params)
    const answer = this.#others({
      method: 'GET',
      path: `${base}/${name}`,
      query,
      rawQuery: query.toString(),
      headers: {},
      body: '',
      receivedMs: nowMs,
    })
    const body = JSON.parse(answer.body) as { code?: number; msg?: string }
    if (answer.status !== 200) throw new BinanceRefusal(body.code ?? -1000, body.msg ?? '', answer.status)
    return body
  }
}

/** Parameters arrive as text, numbers or truth values; the signature is over their plain text. */
function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
