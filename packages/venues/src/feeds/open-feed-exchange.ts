import { redirectExchange } from '../ccxt/base-url.ts'
import { loadCcxtExchange } from '../ccxt/load-ccxt.ts'
import { type CcxtStreamClient, StreamClients } from '../ccxt/stream-clients.ts'
import { currentFeedCall } from './feed-call.ts'
import type { FeedExchange } from './feed-exchange.ts'

/** Sees each message of a stream after ccxt did. Must not throw. */
export type MessageListener = (client: CcxtStreamClient, message: unknown) => void

export interface OpenFeedExchange {
  readonly exchange: FeedExchange
  readonly clients: StreamClients
  readonly listeners: Set<MessageListener>
}

export interface FeedClientOptions {
  readonly venue: string
  readonly baseUrl?: string | undefined
  readonly products?: readonly string[] | undefined
  readonly pingEveryMs: number
  readonly timeoutMs: number
}

/**
 * Makes a ccxt.pro client for market data: sockets that do not answer two pings are ended, answers and messages are watched.
 *
 * @throws UsageError `VENUE_UNKNOWN`, `VENUE_BASE_URL`.
 */
export async function openFeedExchange(options: FeedClientOptions): Promise<OpenFeedExchange> {
  const { venue, baseUrl, products, pingEveryMs, timeoutMs } = options
  const loaded = await loadCcxtExchange(
    venue,
    {
      enableRateLimit: true,
      newUpdates: true,
      timeout: timeoutMs,
      streaming: { keepAlive: pingEveryMs, maxPingPongMisses: 2 },
      options: {
        ws: { backoff: { base: 0, max: 0 } },
        ...(products === undefined ? {} : { fetchMarkets: { types: [...products] } }),
        // Books are checked here, from the messages themselves.
        watchOrderBook: { checksum: false },
        // The trades that history has, numbered without a gap.
        ...(venue.startsWith('binance')
          ? { watchTrades: { name: 'aggTrade' }, watchTradesForSymbols: { name: 'aggTrade' } }
          : {}),
      },
    },
    'requests and streams',
  )
  const exchange = loaded as FeedExchange
  // Currencies need keys at some venues and are not used.
  exchange.has['fetchCurrencies'] = false
  if (baseUrl !== undefined) {
    redirectExchange(exchange, baseUrl)
    // What ccxt needs for streams without encryption.
    if (baseUrl.startsWith('http:')) await exchange.loadHttpProxyAgent()
  }
  // Binance's snapshots are asked for here: ccxt gets an empty one, and so neither asks nor builds a second book.
  if (venue.startsWith('binance')) exchange.fetchRestOrderBookSafe = async () => ({ bids: [], asks: [], nonce: 0 })
  watchAnswers(exchange)
  const clients = new StreamClients(exchange, (client) => currentFeedCall()?.onClient(client))
  const listeners = new Set<MessageListener>()
  const handle = exchange.handleMessage.bind(exchange)
  exchange.handleMessage = (client, message) => {
    try {
      return handle(client, message)
    } finally {
      for (const listener of listeners) listener(client, message)
    }
  }
  return { exchange, clients, listeners }
}

function watchAnswers(exchange: FeedExchange): void {
  const hook = exchange.onRestResponse.bind(exchange)
  // Status, its text, address, method, headers, body.
  exchange.onRestResponse = (status, ...rest) => {
    const call = currentFeedCall()
    const seconds = Number(headerOf(rest[3], 'retry-after'))
    if (call !== undefined && seconds >= 0) call.retryAfterMs = Math.ceil(seconds * 1_000)
    return hook(status, ...rest)
  }
  const parse = exchange.parseJson.bind(exchange)
  exchange.parseJson = (body) => {
    const parsed = parse(body)
    const call = currentFeedCall()
    if (call !== undefined && parsed === undefined && typeof body === 'string' && body !== '') call.isCutOff = true
    return parsed
  }
}

function headerOf(headers: unknown, name: string): unknown {
  if (typeof headers !== 'object' || headers === null) return undefined
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
}
