import { systemClock } from '@kestrel/core'
import { BinanceDialect } from './binance/binance-dialect.ts'
import { BinanceMarketData } from './binance-market/binance-market-data.ts'
import { BybitDialect } from './bybit/bybit-dialect.ts'
import type { AccountSpec } from './core/account-types.ts'
import type { ExchangeCore } from './core/exchange-core.ts'
import type { MarketId } from './core/market-spec.ts'
import { binanceVocabulary } from './faults/binance-vocabulary.ts'
import { bybitVocabulary } from './faults/bybit-vocabulary.ts'
import type { FaultPlayer, StruckFault } from './faults/fault-player.ts'
import type { FaultSchedule } from './faults/fault-schedule.ts'
import type { ExchangeClock } from './flow/clock/exchange-clock.ts'
import { PacedClock } from './flow/clock/paced-clock.ts'
import { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from './flow/example-markets.ts'
import type { MarketTape } from './flow/tape/market-tape.ts'
import type { ExchangeDialect, Mount } from './front/dialect.ts'
import { type ExchangeServer, startExchangeServer } from './front/exchange-server.ts'
import type { LoggedRequest } from './front/request-log.ts'
import { trustTimestamps } from './front/trust-timestamps.ts'
import { type Company, type FlowMaker, type MarketSetup, openCompany } from './local/company.ts'
import { FaultSlot } from './local/fault-slot.ts'

/** Protocols by their names in ccxt: Binance spot, its USD-M futures, and Bybit (spot and perpetuals). */
export type LocalVenueName = 'binance' | 'binanceusdm' | 'bybit'

export interface StartExchangeOptions {
  /** Default all. `binance` and `binanceusdm` are two doors to one engine and the same accounts. */
  readonly venues?: readonly LocalVenueName[]
  /** Default bitcoin, spot and perpetual, at 60,000. */
  readonly markets?: readonly MarketSetup[]
  /** Opened at every venue. Default one with money, see {@link DEMO_ACCOUNT}. */
  readonly accounts?: readonly AccountSpec[]
  /** The exchange's time: `real` (default) runs with the machine, a number runs so many times as fast, a clock is moved by its owner. */
  readonly clock?: 'real' | number | ExchangeClock
  /** Of everything that is random. Default 1. */
  readonly seed?: number
  /** Who moves the markets: generated participants (default), nobody, or one's own. */
  readonly flow?: 'generated' | 'none' | FlowMaker
  /** Minutes of bars from before the exchange opened. Default 1,440. */
  readonly historyMinutes?: number
  /** What goes wrong, at every venue alike. Default nothing. */
  readonly faults?: FaultSchedule
  readonly onFault?: (venue: LocalVenueName, struck: StruckFault) => void
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Port of the first venue, the others follow; default 0: free ports. */
  readonly port?: number
  /** Refuses those who ask too often. Default true. */
  readonly rateLimits?: boolean
  /** Time between pings of the server. Default 20 s. */
  readonly pingEveryMs?: number
}

/** A venue that listens. */
export interface LocalVenue {
  readonly name: LocalVenueName
  /** `http://127.0.0.1:PORT`: in ccxt the origin of every address in `urls.api` is replaced by it. */
  readonly url: string
  readonly wsUrl: string
  readonly requests: readonly LoggedRequest[]
  /** The engine, to look at the truth or to act as somebody else. */
  readonly exchange: ExchangeCore
  readonly tapes: ReadonlyMap<MarketId, MarketTape>
  /** Plays faults from now on in place of those before; without a schedule nothing goes wrong any more. */
  play(schedule: FaultSchedule | undefined): FaultPlayer | undefined
}

/** Venues that trade. Close it, or it keeps the process alive. */
export interface LocalExchange extends AsyncDisposable {
  readonly clock: ExchangeClock
  readonly venues: readonly LocalVenue[]
  /** @throws RangeError where the venue was not started. */
  venue(name: LocalVenueName): LocalVenue
  close(): Promise<void>
}

/** The account that is opened where none is named. The secret is public: it opens nothing but this exchange. */
export const DEMO_ACCOUNT: AccountSpec = {
  apiKey: 'kestrel-demo-key',
  secret: 'kestrel-demo-secret',
  accountId: 'demo',
  balances: { spot: { USDT: '100000', BTC: '1' }, futures: { USDT: '100000' } },
}

const DEFAULT_MARKETS: readonly MarketSetup[] = [
  { spec: EXAMPLE_SPOT, startPrice: 60_000 },
  { spec: EXAMPLE_PERPETUAL, startPrice: 60_000 },
]

/**
 * Starts a local exchange: matching engine, other participants, accounts, and the protocols of real venues over HTTP and
 * websockets, well enough that the unmodified ccxt trades on it.
 *
 * @throws UsageError `TESTKIT_PORT` where a port is taken, `TESTKIT_CLOCK_SPEED` for a speed that is none.
 */
export async function startExchange(options: StartExchangeOptions = {}): Promise<LocalExchange> {
  const names = options.venues ?? ['binance', 'binanceusdm', 'bybit']
  const paced = typeof options.clock === 'object' ? undefined : pacedClock(options.clock ?? 'real')
  const clock = paced ?? (options.clock as ExchangeClock)
  const isRealTime = paced !== undefined && (options.clock ?? 'real') === 'real'
  const open = (unified: boolean): Company =>
    openCompany({
      clock,
      unified,
      seed: options.seed ?? 1,
      markets: options.markets ?? DEFAULT_MARKETS,
      accounts: options.accounts ?? [DEMO_ACCOUNT],
      flow: options.flow ?? 'generated',
      historyMinutes: options.historyMinutes ?? 1_440,
    })
  const binance = names.some((name) => name !== 'bybit') ? open(false) : undefined
  const bybit = names.includes('bybit') ? open(true) : undefined
  const doors = binanceDoors(binance, clock, options.rateLimits ?? true, isRealTime)
  const servers: ExchangeServer[] = []
  const venues: LocalVenue[] = []
  const close = async (): Promise<void> => {
    paced?.stop()
    binance?.stop()
    bybit?.stop()
    const outcomes = await Promise.allSettled(servers.map((server) => server.close()))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
  try {
    for (const [index, name] of names.entries()) {
      const company = (name === 'bybit' ? bybit : binance) as Company
      const slot = new FaultSlot(name === 'bybit' ? bybitVocabulary : binanceVocabulary, company.exchange, (struck) =>
        options.onFault?.(name, struck),
      )
      slot.play(options.faults)
      const server = await startExchangeServer({
        dialects: name === 'bybit' ? bybitDoor(company, clock, options, isRealTime) : doors(name),
        // The clock stands between two looks; an answer needs the present.
        clock: { nowMs: () => (paced?.catchUp(), clock.nowMs()) },
        faults: slot,
        port: (options.port ?? 0) === 0 ? 0 : (options.port ?? 0) + index,
        ...(options.host === undefined ? {} : { host: options.host }),
        ...(options.pingEveryMs === undefined ? {} : { pingEveryMs: options.pingEveryMs }),
      })
      servers.push(server)
      const { exchange, tapes } = company
      const { url, wsUrl, requests } = server
      venues.push({ name, url, wsUrl, requests, exchange, tapes, play: (schedule) => slot.play(schedule) })
    }
  } catch (error) {
    await close()
    throw error
  }
  paced?.start()
  return {
    clock,
    venues,
    venue(name) {
      const venue = venues.find((one) => one.name === name)
      if (venue === undefined) throw new RangeError(`${name} was not started.`)
      return venue
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function pacedClock(speed: 'real' | number): PacedClock {
  return new PacedClock({ clock: systemClock, speed: speed === 'real' ? 1 : speed })
}

/**
 * Both protocols at the first door. At the second the streams are those of futures, because the two share the path of theirs;
 * what only spot has, and ccxt asks of futures too, is there as well.
 */
function binanceDoors(
  company: Company | undefined,
  clock: ExchangeClock,
  rateLimits: boolean,
  isRealTime: boolean,
): (name: LocalVenueName) => readonly Mount[] {
  if (company === undefined) return () => []
  const { exchange, tapes } = company
  const usdm = new BinanceMarketData('usdm', clock, [...tapes.values()])
  const spot = new BinanceMarketData('spot', clock, [...tapes.values()])
  const trusted = (dialect: ExchangeDialect): ExchangeDialect => (isRealTime ? dialect : trustTimestamps(dialect))
  const both = trusted(new BinanceDialect({ exchange, spot, usdm, rateLimits }))
  const futures = trusted(new BinanceDialect({ exchange, usdm, rateLimits }))
  return (name) =>
    name === 'binance'
      ? [{ dialect: both }]
      : [{ dialect: futures }, { dialect: both, paths: ['/api', '/sapi', '/ws-api'] }]
}

function bybitDoor(
  { exchange, tapes }: Company,
  clock: ExchangeClock,
  options: StartExchangeOptions,
  isRealTime: boolean,
): ExchangeDialect {
  return new BybitDialect({
    exchange,
    clock,
    tapes: [...tapes.values()],
    rateLimits: options.rateLimits ?? true,
    timestamps: isRealTime,
  })
}
