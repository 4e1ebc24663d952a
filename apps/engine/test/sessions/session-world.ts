/** A local exchange on a clock that a test moves, and `kestrel` commands that trade on it. */
import type { ChildProcess } from 'node:child_process'
import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import {
  EXAMPLE_PERPETUAL,
  EXAMPLE_SPOT,
  type LocalExchange,
  type LocalVenue,
  ManualExchangeClock,
  startExchange,
} from '@kestrel/testkit'
import type { SessionStatus } from '../../src/session/session-status.ts'
import { type Ended, ended, kestrel, startKestrel, workFolder, writeStrategy } from '../kestrel-process.ts'

const MINUTE_MS = 60_000
const LOOK_MS = 10
/** Ticks of 0.1. */
const TOUCH = 600_000
export const PERPETUAL = 'BTC-USDT-PERP.BINANCE'
const CLOCK_MODULE = pathToFileURL(join(import.meta.dirname, 'steered-clock.mjs')).href

type Document = Readonly<Record<string, unknown>>

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Ended>
  /** Everything that it has printed so far, both streams. */
  readonly said: () => string
  /** Resolves with its first document on stdout, or rejects with what it said when it ended before. */
  readonly begun: Promise<Readonly<Record<string, unknown>>>
}

/** One folder, one exchange; each test opens an account of its own in it. */
export class SessionWorld implements AsyncDisposable {
  readonly folder = workFolder()
  readonly secrets: string[] = []
  exchange: LocalExchange
  readonly #clock: ManualExchangeClock
  readonly #offsetFile: number
  readonly #clockPath = join(this.folder, 'clock')
  readonly #children = new Set<ChildProcess>()
  #offsetMs: number
  readonly #timer: NodeJS.Timeout
  #accounts = 0
  /** Commands and files seen, for keys that must not be there. */
  #seen = ''

  private constructor(clock: ManualExchangeClock, exchange: LocalExchange, offsetMs: number) {
    this.#clock = clock
    this.exchange = exchange
    this.#offsetMs = offsetMs
    this.#offsetFile = openSync(this.#clockPath, 'w')
    this.#writeOffset()
    this.#timer = setInterval(() => this.#drive(), LOOK_MS)
    this.settings({})
  }

  /** The clock stands 25 s before the end of a minute. */
  static async open(): Promise<SessionWorld> {
    const realMs = Date.now()
    const startMs = Math.ceil(realMs / MINUTE_MS) * MINUTE_MS + 35_000
    const clock = new ManualExchangeClock(startMs)
    return new SessionWorld(clock, await openExchange(clock, 0), startMs - realMs)
  }

  get venue(): LocalVenue {
    return this.exchange.venue('binanceusdm')
  }

  nowMs(): number {
    return Date.now() + this.#offsetMs
  }

  /** Writes the settings of the project; the venue is the local one. */
  settings(more: Readonly<Record<string, unknown>>, venueUrl = this.venue.url, file = 'kestrel.config.json'): void {
    const venues = { binance: { baseUrl: venueUrl } }
    const settings = { mode: 'live', venues, ...more }
    writeFileSync(join(this.folder, file), JSON.stringify(settings))
  }

  /** Moves time to just before the end of a minute; the bar closes by itself. */
  toMinuteEnd(beforeMs = 300): void {
    const nowMs = this.nowMs()
    this.#offsetMs += Math.ceil((nowMs + beforeMs) / MINUTE_MS) * MINUTE_MS - beforeMs - nowMs
    this.#writeOffset()
    this.#drive()
  }

  jump(ms: number): void {
    this.#offsetMs += ms
    this.#writeOffset()
  }

  /** Opens an account with 10,000 USDT of margin. Gives the name of its key, and its id at the exchange. */
  account(permissions: { readonly withdraw?: boolean } = {}): string {
    const name = `a${this.#accounts++}`
    const { apiKey, secret } = keyOf(name)
    this.secrets.push(apiKey, secret)
    this.venue.exchange.openAccount({
      apiKey,
      secret,
      accountId: name,
      permissions,
      balances: { futures: { USDT: '10000' }, spot: { USDT: '10000', BTC: '1' } },
    })
    return name
  }

  /** Another key of an account. */
  anotherKey(account: string): string {
    const name = `a${this.#accounts++}`
    const keys = keyOf(name)
    this.secrets.push(keys.apiKey, keys.secret)
    this.venue.exchange.openAccount({ ...keys, accountId: account })
    return name
  }

  strategy(name: string, onBar: string): string {
    return writeStrategy(this.folder, name, onBar)
  }

  env(): Record<string, string> {
    const keys = Array.from({ length: this.#accounts }, (_, i) => {
      const { apiKey, secret } = keyOf(`a${i}`)
      const at = `KESTREL_KEY_A${i}__`
      return [
        [`${at}VENUE`, 'binance'],
        [`${at}API_KEY`, apiKey],
        [`${at}SECRET`, secret],
      ]
    })
    return {
      ...Object.fromEntries(keys.flat()),
      STEERED_CLOCK: this.#clockPath,
      // Locks of accounts are the user's, whatever the project.
      XDG_STATE_HOME: join(this.folder, 'state'),
      NODE_OPTIONS: `--import ${CLOCK_MODULE}`,
    }
  }

  /** Runs a command to its end. */
  async run(...args: readonly string[]): Promise<Ended> {
    const result = await kestrel(this.folder, args, this.env())
    this.#seen += result.stdout + result.stderr
    return result
  }

  /** The document that a command prints. */
  async json(...args: readonly string[]): Promise<Document> {
    const { code, stdout, stderr } = await this.run(...args, '--json')
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`)
    return JSON.parse(stdout) as Document
  }

  /** Starts a session; its document comes when it trades. */
  start(...args: readonly string[]): Running {
    const child = startKestrel(this.folder, [...args, '--json'], this.env())
    this.#children.add(child)
    let text = ''
    const begun = Promise.withResolvers<Readonly<Record<string, unknown>>>()
    child.stdout?.on('data', (part: Buffer) => {
      text += part.toString()
      begun.resolve(JSON.parse(part.toString()) as Readonly<Record<string, unknown>>)
    })
    child.stderr?.on('data', (part: Buffer) => (text += part.toString()))
    const finished = ended(child)
    begun.promise.catch(() => undefined)
    const end = async (): Promise<void> => {
      const { stderr } = await finished
      this.#children.delete(child)
      this.#seen += text
      begun.reject(new Error(`it ended: ${stderr}`))
    }
    void end()
    this.#watchProcess(child)
    return { child, finished, said: () => text, begun: begun.promise }
  }

  /** Where a session lies. */
  path(id: string, file = ''): string {
    return join(this.folder, '.kestrel', 'sessions', id, file)
  }

  hasFolder(id: string): boolean {
    return existsSync(this.path(id))
  }

  /** What a session last said of itself. */
  status(id: string): Partial<SessionStatus> {
    const path = this.path(id, 'status.json')
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SessionStatus) : {}
  }

  position(account: string): number {
    return this.venue.exchange.positions(account).reduce((sum, { qtyLots }) => sum + qtyLots, 0)
  }

  openOrders(account: string): number {
    return this.venue.exchange.openOrders(account).length
  }

  get market() {
    const market = [...this.venue.exchange.markets.values()].find(({ kind }) => kind !== 'spot')
    if (market === undefined) throw new Error('no market')
    return market
  }

  /** An order by hand, as somebody else with the same key would place it. */
  byHand(
    account: string,
    order: { readonly side: 'buy' | 'sell'; readonly lots: number; readonly ticks?: number },
  ): void {
    // Whoever comes first needs a market to trade on.
    this.#drive()
    const { side, lots: qtyLots, ticks: priceTicks } = order
    const outcome = this.venue.exchange.place(account, {
      marketId: this.market.id,
      side,
      type: priceTicks === undefined ? 'market' : 'limit',
      qtyLots,
      ...(priceTicks === undefined ? {} : { priceTicks, timeInForce: 'GTC' }),
    } as never)
    if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  }

  /** The price falls for a moment, and fills what rests there. */
  dip(ticks: number): void {
    this.venue.exchange.setTouch(this.market.id, ticks, ticks, ticks)
  }

  /** Orders that came in at the venue so far. */
  creates(): number {
    return this.venue.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/order')).length
  }

  /** Until a session has written its status by the present time. */
  async fresh(id: string): Promise<void> {
    for (let i = 0; i < 200 && !((this.status(id).writtenMs ?? 0) > this.nowMs() - 2_000); i++) await wait(50)
  }

  /** Until a session follows the market: bars count from then on. */
  async follows(session: Running, id: string): Promise<void> {
    await session.begun
    for (let i = 0; i < 200 && !this.#hearsMarket(id); i++) await wait(50)
  }

  #hearsMarket(id: string): boolean {
    return this.status(id).feeds?.some(({ instrument }) => instrument !== null) === true
  }

  /** Everything that commands printed and files hold. */
  seen(): string {
    const below = (path: string): string =>
      !existsSync(path)
        ? ''
        : readdirSync(path, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
            .join('\n')
    return this.#seen + below(join(this.folder, '.kestrel'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    clearInterval(this.#timer)
    await this.exchange.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #drive(): void {
    this.#clock.advanceTo(this.nowMs())
    // A trade now and then, so that each bar has one and the next one begins.
    const { exchange } = this.venue
    for (const { id, kind } of exchange.markets.values()) {
      const ticks = kind === 'spot' ? TOUCH * 10 : TOUCH
      exchange.setTouch(id, ticks, ticks, ticks)
    }
  }

  #writeOffset(): void {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(this.#offsetMs)
    writeSync(this.#offsetFile, bytes, 0, 8, 0)
  }

  #watchProcess(child: ChildProcess): void {
    try {
      this.#seen += readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')
    } catch {
      // This is no Linux.
    }
  }
}

async function openExchange(clock: ManualExchangeClock, port: number): Promise<LocalExchange> {
  return startExchange({
    venues: ['binanceusdm', 'binance'],
    markets: [
      { spec: { ...EXAMPLE_PERPETUAL, mode: 'noiseless' }, startPrice: TOUCH / 10 },
      { spec: { ...EXAMPLE_SPOT, mode: 'noiseless' }, startPrice: TOUCH / 10 },
    ],
    accounts: [],
    flow: 'none',
    historyMinutes: 600,
    clock,
    rateLimits: false,
    port,
  })
}

function keyOf(name: string): { readonly apiKey: string; readonly secret: string } {
  return {
    apiKey: `plantedKey${name}vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7`,
    secret: `plantedSecret${name}NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6`,
  }
}
