import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import { parseOrderId } from '../bybit/order-ids.ts'
import type { MessageKind, NamedOrder, RefusalKind, RequestKind, Vocabulary } from './vocabulary.ts'

const KINDS: Readonly<Record<string, RequestKind>> = {
  'POST /v5/order/create': 'create',
  'POST /v5/order/create-batch': 'create',
  'POST /v5/order/amend': 'amend',
  'POST /v5/order/cancel': 'cancel',
  'POST /v5/order/cancel-all': 'cancel-all',
  'GET /v5/order/history': 'order-history',
  'GET /v5/execution/list': 'fills',
  'GET /v5/account/wallet-balance': 'balance',
  'GET /v5/position/list': 'positions',
  'GET /v5/market/time': 'time',
  'GET /v5/market/instruments-info': 'markets',
  'GET /v5/market/orderbook': 'book',
  'GET /v5/market/kline': 'bars',
  'GET /v5/market/recent-trade': 'trades',
  'GET /v5/market/tickers': 'ticker',
}

const TOPICS: readonly (readonly [start: string, kind: MessageKind])[] = [
  ['orderbook', 'book'],
  ['order', 'order'],
  ['execution', 'fill'],
  ['wallet', 'balance'],
  ['position', 'balance'],
  ['publicTrade', 'trade'],
  ['tickers', 'ticker'],
  ['kline', 'bar'],
]

/** Bybit v5. */
export const bybitVocabulary: Vocabulary = {
  requestKind({ method, path, query }) {
    if (path === '/v5/order/realtime')
      return query.has('orderId') || query.has('orderLinkId') ? 'query-order' : 'open-orders'
    if (method === 'POST' && path.startsWith('/v5/position/')) return 'settings'
    return KINDS[`${method} ${path}`] ?? 'other'
  },

  messageKind(text) {
    const topic = /"topic":"([^"]*)"/.exec(text)?.[1]
    if (topic === undefined) return 'reply'
    return TOPICS.find(([start]) => topic.startsWith(start))?.[1] ?? 'other'
  },

  refuse(kind, request, waitS) {
    const isSpot = parametersOf(request)['category'] === 'spot'
    return REFUSALS[kind](request, waitS, isSpot)
  },

  shiftTime(answer, skewMs) {
    const body = answer.body
      .replace(
        /"timeSecond":"(\d+)"/,
        (_, text: string) => `"timeSecond":"${Math.floor(Number(text) + skewMs / 1_000)}"`,
      )
      .replace(/"timeNano":"(\d+)"/, (_, text: string) => `"timeNano":"${BigInt(text) + BigInt(skewMs) * 1_000_000n}"`)
      .replace(/"time":(\d+)/, (_, text: string) => `"time":${Number(text) + skewMs}`)
    return { ...answer, body }
  },

  apiKeyOf: ({ headers }) => headers['x-bapi-api-key'],

  orderOf(request, answer): NamedOrder | undefined {
    const { category, symbol, orderId, orderLinkId } = { ...parametersOf(request), ...resultOf(answer) }
    if ((category !== 'spot' && category !== 'linear') || typeof symbol !== 'string') return undefined
    const marketId = `${category}:${symbol}` as const
    if (typeof orderId === 'string' && orderId !== '') {
      const id = parseOrderId(category, orderId)
      return id === undefined ? undefined : { marketId, key: { orderId: id } }
    }
    return typeof orderLinkId === 'string' && orderLinkId !== ''
      ? { marketId, key: { clientOrderId: orderLinkId } }
      : undefined
  },

  // The dialect shows names of this form as none, which is what orders from the app have.
  manualOrderName: (count) => `#by-hand-${count}`,

  namesIn(answer) {
    const { orderId, orderLinkId } = resultOf(answer)
    return [orderId, orderLinkId].filter((name) => typeof name === 'string' && name !== '') as string[]
  },
}

function refusal(retCode: number, retMsg: string, nowMs: number, status = 200): ExchangeAnswer {
  return { status, body: JSON.stringify({ retCode, retMsg, result: {}, retExtInfo: {}, time: nowMs }) }
}

const REFUSALS: Readonly<
  Record<RefusalKind, (request: ExchangeRequest, waitS: number, isSpot: boolean) => ExchangeAnswer>
> = {
  'order-not-found': ({ method, receivedMs }, _, isSpot) => {
    // A question for an order that is not there is answered with an empty list.
    if (method === 'GET')
      return {
        status: 200,
        body: JSON.stringify({ retCode: 0, retMsg: 'OK', result: { list: [] }, retExtInfo: {}, time: receivedMs }),
      }
    return isSpot
      ? refusal(170213, 'Order does not exist.', receivedMs)
      : refusal(110001, 'order not exists or too late to cancel', receivedMs)
  },
  'insufficient-balance': ({ receivedMs }, _, isSpot) =>
    isSpot
      ? refusal(170131, 'Insufficient balance.', receivedMs)
      : refusal(110007, 'ab not enough for new order', receivedMs),
  'too-many-requests': ({ receivedMs }, waitS) => ({
    ...refusal(10006, 'Too many visits. Exceeded the API Rate Limit.', receivedMs, 429),
    headers: { 'Retry-After': String(waitS), 'X-Bapi-Limit-Reset-Timestamp': String(receivedMs + waitS * 1_000) },
  }),
  banned: (_request, waitS) => ({
    status: 403,
    headers: { 'content-type': 'text/plain', 'Retry-After': String(waitS) },
    body: '403, access too frequent',
  }),
  overloaded: ({ receivedMs }) => refusal(10016, 'System error. Please try again later.', receivedMs),
}

function parametersOf({ method, query, body }: ExchangeRequest): Record<string, unknown> {
  if (method === 'GET') return Object.fromEntries(query)
  return objectOf(body)
}

function resultOf(answer: ExchangeAnswer | undefined): Record<string, unknown> {
  const { result } = answer === undefined ? {} : (objectOf(answer.body) as { result?: unknown })
  return typeof result === 'object' && result !== null ? (result as Record<string, unknown>) : {}
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
