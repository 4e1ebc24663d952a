import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import {
  DEMO_ACCOUNT,
  EXAMPLE_PERPETUAL,
  EXAMPLE_SPOT,
  type FaultSchedule,
  type LocalExchange,
  type LocalVenue,
  ManualExchangeClock,
  startExchange,
  type StartExchangeOptions,
} from '../../src/index.ts'

const LINEAR = 'linear:BTCUSDT' as const
const SPOT = 'spot:BTCUSDT' as const

/** Answer of Bybit's envelope. */
export interface BybitAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly retCode: number
  readonly result: Record<string, unknown> & { readonly list?: readonly Record<string, string>[] }
}

const NOW = Date.UTC(2026, 0, 5, 12)

/** A quiet Bybit whose time stands still: 10 BTC on each side of 60,000 in both markets, and nobody moves. */
export class QuietBybit implements AsyncDisposable {
  readonly #exchange: LocalExchange
  readonly venue: LocalVenue
  readonly clock: ManualExchangeClock

  private constructor(exchange: LocalExchange, clock: ManualExchangeClock) {
    this.#exchange = exchange
    this.venue = exchange.venue('bybit')
    this.clock = clock
  }

  static async start(faults?: FaultSchedule, more: StartExchangeOptions = {}): Promise<QuietBybit> {
    const clock = new ManualExchangeClock(NOW)
    const exchange = await startExchange({
      venues: ['bybit'],
      clock,
      markets: [
        { spec: EXAMPLE_SPOT, startPrice: 60_000 },
        { spec: EXAMPLE_PERPETUAL, startPrice: 60_000 },
      ],
      flow: 'none',
      historyMinutes: 10,
      rateLimits: false,
      ...more,
      ...(faults === undefined ? {} : { faults }),
    })
    const bybit = new QuietBybit(exchange, clock)
    const core = bybit.venue.exchange
    core.setForeignLevels(LINEAR, [
      { side: 'buy', priceTicks: 599_990, qtyLots: 10_000 },
      { side: 'sell', priceTicks: 600_010, qtyLots: 10_000 },
    ])
    core.setForeignLevels(SPOT, [
      { side: 'buy', priceTicks: 5_999_900, qtyLots: 1_000_000 },
      { side: 'sell', priceTicks: 6_000_100, qtyLots: 1_000_000 },
    ])
    core.print(LINEAR, 'buy', 600_000, 1)
    core.print(SPOT, 'buy', 6_000_000, 1)
    return bybit
  }

  /** Asks as a signed client does; `timeoutMs` is its patience. */
  async ask(
    method: 'GET' | 'POST',
    path: string,
    params: Readonly<Record<string, string | number | boolean>> = {},
    timeoutMs = 15_000,
    as: { readonly apiKey?: string; readonly secret?: string; readonly timestampMs?: number } = {},
  ): Promise<BybitAnswer> {
    const { apiKey, secret, timestampMs } = { ...DEMO_ACCOUNT, timestampMs: this.clock.nowMs(), ...as }
    const address = new URL(path, this.venue.url)
    if (method === 'GET') address.search = new URLSearchParams(entriesOf(params)).toString()
    // The signature is over the query as it is sent.
    const payload = method === 'POST' ? JSON.stringify(params) : address.search.slice(1)
    const timestamp = String(timestampMs)
    const sign = createHmac('sha256', secret).update(`${timestamp}${apiKey}5000${payload}`).digest('hex')
    const answer = await fetch(address, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'X-BAPI-API-KEY': apiKey,
        'X-BAPI-TIMESTAMP': timestamp,
        'X-BAPI-RECV-WINDOW': '5000',
        'X-BAPI-SIGN': sign,
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(method === 'POST' ? { body: payload } : {}),
    })
    const text = await answer.text()
    const value = parsed(text)
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      retCode: value?.retCode ?? -1,
      result: value?.result ?? {},
    }
  }

  /** A limit purchase of 0.1 bitcoin on the perpetual. */
  buy(price: string, orderLinkId: string, timeoutMs?: number): Promise<BybitAnswer> {
    const order = {
      category: 'linear',
      symbol: 'BTCUSDT',
      side: 'Buy',
      orderType: 'Limit',
      qty: '0.1',
      price,
      orderLinkId,
    }
    return this.ask('POST', '/v5/order/create', order, timeoutMs)
  }

  /** What the engine knows of an order. */
  order(clientOrderId: string) {
    return this.venue.exchange.order('demo', LINEAR, { clientOrderId })
  }

  openNames(): string[] {
    return this.venue.exchange.openOrders('demo').map(({ clientOrderId }) => clientOrderId)
  }

  /** The account's stream, logged in and subscribed; gives its messages by topic as they come. */
  async watchAccount(patienceMs = 15_000): Promise<RawStream> {
    const stream = await RawStream.open(`${this.venue.wsUrl}/v5/private`, patienceMs)
    const expires = String(this.clock.nowMs() + 10_000)
    const sign = createHmac('sha256', DEMO_ACCOUNT.secret).update(`GET/realtime${expires}`).digest('hex')
    stream.send({ op: 'auth', args: [DEMO_ACCOUNT.apiKey, expires, sign] })
    await stream.next(({ op }) => op === 'auth')
    stream.send({ op: 'subscribe', args: ['order', 'execution', 'position', 'wallet'] })
    await stream.next(({ op }) => op === 'subscribe')
    return stream
  }

  async watchBook(): Promise<RawStream> {
    const stream = await RawStream.open(`${this.venue.wsUrl}/v5/public/linear`)
    stream.send({ op: 'subscribe', args: ['orderbook.50.BTCUSDT'] })
    await stream.next(({ op }) => op === 'subscribe')
    return stream
  }

  /** Changes a level of the perpetual's book and lets its message go. */
  moveBook(qtyLots: number): void {
    this.venue.exchange.setForeignLevels(LINEAR, [{ side: 'buy', priceTicks: 599_980, qtyLots }])
    this.clock.advance(20)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exchange.close()
  }
}

function entriesOf(params: Readonly<Record<string, string | number | boolean>>): [string, string][] {
  return Object.entries(params).map(([name, value]) => [name, String(value)])
}

function parsed(text: string): { retCode: number; result: BybitAnswer['result'] } | undefined {
  try {
    return JSON.parse(text) as { retCode: number; result: BybitAnswer['result'] }
  } catch {
    return undefined
  }
}

/** A message of the venue. */
export interface RawMessage {
  readonly op?: string
  readonly topic?: string
  readonly success?: boolean
  readonly ret_msg?: string
  readonly type?: string
  readonly data?: Record<string, unknown> & Record<string, unknown>[]
}

/** A socket without any library of a venue. */
export class RawStream {
  readonly socket: WebSocket
  readonly messages: RawMessage[] = []
  readonly #patienceMs: number
  #read = 0

  constructor(socket: WebSocket, patienceMs: number) {
    this.socket = socket
    this.#patienceMs = patienceMs
    socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as RawMessage))
    socket.on('error', () => undefined)
  }

  static async open(url: string, patienceMs = 15_000): Promise<RawStream> {
    const stream = new RawStream(new WebSocket(url), patienceMs)
    await once(stream.socket, 'open', { signal: AbortSignal.timeout(patienceMs) })
    return stream
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** The next message that fits, among those not read yet. */
  async next(fits: (message: RawMessage) => boolean): Promise<RawMessage> {
    for (;;) {
      while (this.#read < this.messages.length) {
        const message = this.messages[this.#read++] as RawMessage
        if (fits(message)) return message
      }
      await once(this.socket, 'message', { signal: AbortSignal.timeout(this.#patienceMs) })
    }
  }

  /** Everything that came on a topic. */
  of(topic: string): RawMessage[] {
    return this.messages.filter((message) => message.topic === topic)
  }

  /** Waits for as long as a round trip of the venue takes, so that what was sent before it has come. */
  async settle(): Promise<void> {
    const count = this.messages.filter(({ op }) => op === 'pong' || op === 'ping').length
    this.send({ op: 'ping' })
    while (this.messages.filter(({ op }) => op === 'pong' || op === 'ping').length === count)
      await once(this.socket, 'message')
  }
}
