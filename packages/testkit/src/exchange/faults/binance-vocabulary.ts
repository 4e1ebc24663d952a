import type { OrderKey } from '../core/order-types.ts'
import type { ExchangeAnswer, ExchangeRequest } from '../front/dialect.ts'
import type { MessageKind, NamedOrder, RefusalKind, RequestKind, Vocabulary } from './vocabulary.ts'

/** Endpoints by method and the last part of the path, which spot and futures share where they mean the same. */
const KINDS: Readonly<Record<string, RequestKind>> = {
  'POST order': 'create',
  'POST algoOrder': 'create',
  'POST batchOrders': 'create',
  'PUT order': 'amend',
  'POST order/cancelReplace': 'amend',
  'PUT order/amend/keepPriority': 'amend',
  'DELETE order': 'cancel',
  'DELETE algoOrder': 'cancel',
  'DELETE openOrders': 'cancel-all',
  'DELETE allOpenOrders': 'cancel-all',
  'DELETE algoOpenOrders': 'cancel-all',
  'GET order': 'query-order',
  'GET openOrder': 'query-order',
  'GET algoOrder': 'query-order',
  'GET openOrders': 'open-orders',
  'GET openAlgoOrders': 'open-orders',
  'GET allOrders': 'order-history',
  'GET allAlgoOrders': 'order-history',
  'GET myTrades': 'fills',
  'GET userTrades': 'fills',
  'GET account': 'balance',
  'GET balance': 'balance',
  'GET positionRisk': 'positions',
  'POST leverage': 'settings',
  'POST marginType': 'settings',
  'POST positionSide/dual': 'settings',
  'POST listenKey': 'listen-key',
  'PUT listenKey': 'listen-key',
  'POST userDataStream': 'listen-key',
  'PUT userDataStream': 'listen-key',
  'GET time': 'time',
  'GET exchangeInfo': 'markets',
  'GET depth': 'book',
  'GET klines': 'bars',
  'GET trades': 'trades',
  'GET aggTrades': 'trades',
  'GET ticker/24hr': 'ticker',
  'GET ticker/bookTicker': 'ticker',
}

const EVENTS: Readonly<Record<string, MessageKind>> = {
  ALGO_UPDATE: 'order',
  outboundAccountPosition: 'balance',
  balanceUpdate: 'balance',
  ACCOUNT_UPDATE: 'balance',
  depthUpdate: 'book',
  trade: 'trade',
  aggTrade: 'trade',
  kline: 'bar',
  '24hrTicker': 'ticker',
  '24hrMiniTicker': 'ticker',
  bookTicker: 'ticker',
  markPriceUpdate: 'ticker',
}

/** Binance, spot and USD-M futures. */
export const binanceVocabulary: Vocabulary = {
  requestKind({ method, path }) {
    return KINDS[`${method} ${path.replace(/^\/[a-z]+\/v\d\//, '')}`] ?? 'other'
  },

  messageKind(text) {
    const event = /"e":"([^"]+)"/.exec(text)?.[1]
    // `x` says what happened to the order.
    if (event === 'executionReport' || event === 'ORDER_TRADE_UPDATE')
      return text.includes('"x":"TRADE"') ? 'fill' : 'order'
    if (event !== undefined) return EVENTS[event] ?? 'other'
    // Spot's quotes carry no event name.
    if (/"b":"[\d.]+","B":"/.test(text)) return 'ticker'
    return text.includes('"id":') ? 'reply' : 'other'
  },

  refuse: (kind, request, waitS) => REFUSALS[kind](request, waitS),

  shiftTime: (answer, skewMs) => ({
    ...answer,
    body: answer.body.replace(/"serverTime":(\d+)/, (_, text: string) => `"serverTime":${Number(text) + skewMs}`),
  }),

  apiKeyOf: ({ headers }) => headers['x-mbx-apikey'],

  orderOf(request, answer): NamedOrder | undefined {
    const parameters = parametersOf(request)
    const symbol = parameters.get('symbol')
    const key = answer === undefined ? keyOf(parameters) : answeredKey(answer)
    if (symbol === null || key === undefined) return undefined
    return { marketId: `${isFutures(request) ? 'linear' : 'spot'}:${symbol}`, key }
  },

  manualOrderName: (count) => `web_${String(count).padStart(20, '0')}`,

  namesIn(answer) {
    const { orderId, clientOrderId, algoId, clientAlgoId } = objectOf(answer.body)
    return [orderId, clientOrderId, algoId, clientAlgoId].filter((name) => name !== undefined).map(String)
  },
}

function isFutures({ path }: ExchangeRequest): boolean {
  return path.startsWith('/fapi/')
}

/** Parameters come in the address or in the body; the address wins. */
function parametersOf({ query, body }: ExchangeRequest): URLSearchParams {
  return new URLSearchParams([...new URLSearchParams(body), ...query])
}

function keyOf(parameters: URLSearchParams): OrderKey | undefined {
  const id = parameters.get('orderId')
  if (id !== null) return { orderId: Number(id) }
  const conditionalId = parameters.get('algoId')
  if (conditionalId !== null) return { conditionalId: Number(conditionalId) }
  const name =
    parameters.get('origClientOrderId') ?? parameters.get('clientAlgoId') ?? parameters.get('newClientOrderId')
  return name === null ? undefined : { clientOrderId: name }
}

function answeredKey(answer: ExchangeAnswer): OrderKey | undefined {
  const { orderId, algoId } = objectOf(answer.body)
  if (orderId !== undefined) return { orderId: Number(orderId) }
  return algoId === undefined ? undefined : { conditionalId: Number(algoId) }
}

function refusal(code: number, msg: string, status = 400): ExchangeAnswer {
  return { status, body: JSON.stringify({ code, msg }) }
}

const REFUSALS: Readonly<Record<RefusalKind, (request: ExchangeRequest, waitS: number) => ExchangeAnswer>> = {
  'order-not-found': ({ method }) =>
    method === 'GET' ? refusal(-2013, 'Order does not exist.') : refusal(-2011, 'Unknown order sent.'),
  'insufficient-balance': (request) =>
    isFutures(request)
      ? refusal(-2019, 'Margin is insufficient.')
      : refusal(-2010, 'Account has insufficient balance for requested action.'),
  'too-many-requests': (_, waitS) => ({
    ...refusal(-1003, 'Too many requests; please use the websocket for live updates to avoid polling the API.', 429),
    headers: { 'Retry-After': String(waitS) },
  }),
  banned: ({ receivedMs }, waitS) => ({
    ...refusal(-1003, `Way too many requests; IP banned until ${receivedMs + waitS * 1_000}.`, 418),
    headers: { 'Retry-After': String(waitS) },
  }),
  overloaded: () =>
    refusal(-1008, 'Server is currently overloaded with other requests. Please try again in a few minutes.', 503),
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
