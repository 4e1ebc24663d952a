import { type Clock, UsageError } from '@kestrel/core'
import { redirectExchange } from '../ccxt/base-url.ts'
import { loadCcxtExchange } from '../ccxt/load-ccxt.ts'
import { StreamClients } from '../ccxt/stream-clients.ts'
import { VenueError } from '../venue-error.ts'
import { currentCall } from './call-context.ts'
import type { VenueDialect } from './dialects/dialect.ts'
import { readLimits } from './limit-headers.ts'
import type { RequestLimiter } from './request-limiter.ts'
import type { TradingExchange } from './trading-exchange.ts'
import type { CcxtTradingOptions, Product } from './trading-options.ts'

/** Means that the client is given in place of its own. */
export interface ClientMeans {
  readonly clock: Clock
  readonly limiter: RequestLimiter
  /** Venue time less our time. */
  readonly skewMs: () => number
  /** Sees each message of a stream before ccxt does. Must not throw. */
  readonly onMessage: (message: unknown) => void
}

/** An exchange client, and how to end what it leaves running. */
export interface OpenExchange {
  readonly exchange: TradingExchange
  /** Ends sockets at once, without waiting for the other side. */
  hangUp(reason: string): void
  close(): void
}

/**
 * Makes a ccxt.pro client for trading: our clock and limits in place of its own, its timers ended when it is closed, its
 * answers watched.
 *
 * @throws UsageError `VENUE_SANDBOX`, `VENUE_BASE_URL`.
 */
export async function openExchange(
  dialect: VenueDialect,
  products: readonly Product[],
  options: CcxtTradingOptions,
  means: ClientMeans,
): Promise<OpenExchange> {
  const { keys } = options
  const pingEveryMs = options.pingEveryMs ?? 5_000
  const loaded = await loadCcxtExchange(
    dialect.id,
    {
      apiKey: keys.apiKey,
      secret: keys.secret,
      ...(keys.password === undefined ? {} : { password: keys.password }),
      enableRateLimit: true,
      timeout: options.timeoutMs ?? 10_000,
      streaming: { keepAlive: pingEveryMs, maxPingPongMisses: 2 },
      options: { ...dialect.config(products), ws: { backoff: { base: 0, max: 0 } }, adjustForTimeDifference: false },
    },
    'requests and streams',
  )
  const exchange = loaded as TradingExchange
  // Currencies need keys at some venues and are not used.
  exchange.has['fetchCurrencies'] = false
  if (options.sandbox === true && !dialect.useSandbox(exchange)) throw noSandbox(dialect.id)
  if (options.baseUrl !== undefined) {
    redirectExchange(exchange, options.baseUrl)
    // What ccxt needs for streams without encryption.
    if (options.baseUrl.startsWith('http:')) await exchange.loadHttpProxyAgent()
  }
  useOurClock(exchange, means)
  watchRequests(exchange, products[0] ?? 'spot', means)
  watchMessages(exchange, means.onMessage)
  const clients = new StreamClients(exchange)
  return {
    exchange,
    hangUp: (reason) => clients.hangUpAll(reason),
    close: () => clients.close(),
  }
}

function useOurClock(exchange: TradingExchange, { clock, skewMs }: ClientMeans): void {
  exchange.milliseconds = () => Math.round(clock.nowMs() + skewMs())
  if (exchange.id !== 'kraken') return
  // Kraken wants a number that rises with each request, and takes none twice.
  let last = 0
  exchange.nonce = () => (last = Math.max(last + 1, exchange.milliseconds()))
}

function watchRequests(exchange: TradingExchange, product: Product, { limiter }: ClientMeans): void {
  exchange.throttle = async (cost = 1) => limiter.take(cost * exchange.rateLimit, currentCall()?.priority ?? 'query')
  const send = exchange.fetch.bind(exchange)
  exchange.fetch = async (...args) => {
    const call = currentCall()
    // It may have waited for its turn while whoever asked was told to send nothing any more.
    if (call?.isWanted() === false) throw unwanted(exchange.id)
    if (call !== undefined) call.sent++
    return send(...args)
  }
  const hook = exchange.onRestResponse.bind(exchange)
  // Status, its text, address, method, headers, body.
  exchange.onRestResponse = (status, ...rest) => {
    const call = currentCall()
    if (call !== undefined) call.status = status
    readLimits(limiter, { venue: exchange.id, product, status, headers: rest[3] }, call, exchange.milliseconds())
    return hook(status, ...rest)
  }
  const parse = exchange.parseJson.bind(exchange)
  exchange.parseJson = (body) => {
    const parsed = parse(body)
    const call = currentCall()
    if (call !== undefined && parsed === undefined && typeof body === 'string' && body !== '') call.isCutOff = true
    return parsed
  }
}

function watchMessages(exchange: TradingExchange, onMessage: (message: unknown) => void): void {
  const handle = exchange.handleMessage.bind(exchange)
  exchange.handleMessage = (client, message) => {
    onMessage(message)
    return handle(client, message)
  }
}

function unwanted(venue: string): VenueError {
  const message = `${venue}: nobody wanted the order any more when its turn had come. Nothing was sent.`
  return new VenueError({ code: 'VENUE_UNWANTED', message, meta: { venue }, retry: 'safe' })
}

function noSandbox(venue: string): UsageError {
  return new UsageError({
    code: 'VENUE_SANDBOX',
    message: `${venue} has no test network. Nothing was sent.`,
    hint: 'Rehearse on the local exchange instead.',
    meta: { venue },
  })
}
