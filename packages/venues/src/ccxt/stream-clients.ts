/** A websocket of ccxt. */
export interface CcxtStreamClient {
  readonly url: string
  readonly isConnected: boolean
  readonly startedConnecting: boolean
  readonly connection?: { terminate?: () => void; readonly readyState?: number } | undefined
  error: unknown
  readonly connected: Promise<unknown>
  /** What a message of this name will resolve. */
  future(name: string): Promise<unknown>
  /** Rejects everything that waits and stops the timers. */
  reset(error: unknown): void
  onPong(): void
  send(message: unknown): Promise<unknown>
}

/** The parts of a ccxt.pro exchange that open websockets and start timers. */
export interface StreamingExchange {
  clients: Record<string, CcxtStreamClient> | undefined
  /** The socket of an address, made where there is none. */
  client(url: string): CcxtStreamClient
  delay(timeoutMs: number, method: (...args: unknown[]) => unknown, ...args: unknown[]): void
  spawn(method: (...args: unknown[]) => unknown, ...args: unknown[]): unknown
  handleMessage(client: CcxtStreamClient, message: unknown): unknown
  handlePong?(client: CcxtStreamClient, message: unknown): unknown
}

/**
 * Has the sockets and timers of an exchange in hand, which ccxt lets go of: it forgets a socket that stopped answering while
 * that one waits half a minute for its end, and timers of logins.
 */
export class StreamClients {
  readonly #exchange: StreamingExchange
  /** All that were made and have not been ended here, also those that ccxt has forgotten. */
  readonly #made = new Set<CcxtStreamClient>()
  readonly #timers = new Set<NodeJS.Timeout>()

  /** @param onClient - Called whenever a socket is asked for, with the new or present one. */
  constructor(exchange: StreamingExchange, onClient: (client: CcxtStreamClient) => void = () => undefined) {
    this.#exchange = exchange
    this.#hearRejections(onClient)
    this.#keepTimers()
    // ccxt notes the venue's time here and compares it with the machine's.
    if (exchange.handlePong !== undefined)
      exchange.handlePong = (client, message) => {
        client.onPong()
        return message
      }
  }

  /** Ends a socket at once, without waiting for the other side; whatever waits for it is rejected. */
  hangUp(client: CcxtStreamClient, reason: string): void {
    const error = new Error(reason)
    const { clients } = this.#exchange
    if (clients?.[client.url] === client) delete clients[client.url]
    this.#made.delete(client)
    client.error = error
    client.reset(error)
    client.connection?.terminate?.()
  }

  hangUpAll(reason: string): void {
    const clients = [...this.#made]
    this.#exchange.clients = {}
    for (const client of clients) this.hangUp(client, reason)
  }

  /** Ends sockets and timers. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.hangUpAll('closed')
  }

  /** ccxt rejects whatever waits for a socket that broke, also what nobody waits for, which would end the process. */
  #hearRejections(onClient: (client: CcxtStreamClient) => void): void {
    const make = this.#exchange.client.bind(this.#exchange)
    const heard = new WeakSet<CcxtStreamClient>()
    this.#exchange.client = (url) => {
      const client = make(url)
      onClient(client)
      if (heard.has(client)) return client
      heard.add(client)
      // What ccxt has dropped meanwhile has broken: it is ended for good before another takes its place.
      for (const old of this.#made) if (old.url === url) this.#drop(old)
      this.#made.add(client)
      const futureOf = client.future.bind(client)
      client.future = (name) => {
        const future = futureOf(name)
        future.catch(() => undefined)
        return future
      }
      client.connected.catch(() => undefined)
      const send = client.send.bind(client)
      // What it subscribes with, it sends without waiting for the outcome.
      client.send = (message) => {
        const sent = send(message)
        sent.catch(() => undefined)
        return sent
      }
      return client
    }
  }

  #drop(client: CcxtStreamClient): void {
    this.#made.delete(client)
    client.reset(new Error('another connection took its place'))
    client.connection?.terminate?.()
  }

  /** Timers that ccxt forgets, such as that of a login which is renewed every 20 minutes. */
  #keepTimers(): void {
    this.#exchange.delay = (timeoutMs, method, ...args) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#exchange.spawn(method, ...args)
      }, timeoutMs)
      timer.unref()
      this.#timers.add(timer)
    }
  }
}
