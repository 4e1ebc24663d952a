import {
  type Clock,
  createRng,
  isoTime,
  type InstrumentId,
  parseInstrumentId,
  type Rng,
  systemClock,
  timeframeMs,
  UsageError,
} from '@kestrel/core'
import type { HistoryKind, HistoryPage, HistoryRequest, HistorySource } from '@kestrel/data'
import { redirectExchange } from '../ccxt/base-url.ts'
import { type CallMeans, callVenue, RETRY_POLICY, type RetryPolicy, sleep } from '../ccxt/call-venue.ts'
import type { CcxtExchange } from '../ccxt/ccxt-exchange.ts'
import { watchAnswers } from '../ccxt/answer-watch.ts'
import { ccxtVersion, loadCcxtExchange } from '../ccxt/load-ccxt.ts'
import { marketOf, specOf } from '../market-of.ts'
import { candlePages } from './candle-pages.ts'
import { fundingPages } from './funding-pages.ts'
import { tradePagesById, tradePagesByTime } from './trade-pages.ts'
import { type SeriesProfile, venueProfile } from './venue-profile.ts'

/** ccxt's method for each kind. */
const METHODS: Readonly<Record<HistoryKind, string>> = {
  bars: 'fetchOHLCV',
  trades: 'fetchTrades',
  funding: 'fetchFundingRateHistory',
  mark: 'fetchMarkOHLCV',
  'open-interest': 'fetchOpenInterestHistory',
}

export interface CcxtHistoryOptions {
  /** Send requests to this server instead: a mirror, or a local exchange for tests. */
  readonly baseUrl?: string | undefined
  /** For the venue's time between two looks at it. Default: the machine's clock. */
  readonly clock?: Clock | undefined
  /** For the random part of waits. */
  readonly rng?: Rng | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  readonly sleep?: CallMeans['sleep'] | undefined
  /** False only against a server of one's own: requests are then not spaced out. Default true. */
  readonly rateLimit?: boolean | undefined
  /** Longest wait for an answer. Default 20 s. */
  readonly timeoutMs?: number | undefined
}

/**
 * The history of a venue through ccxt, from public endpoints: no key is needed or used. ccxt is loaded with the first
 * question.
 *
 * @param venue - ccxt's id of the exchange: `binance`.
 */
export function ccxtHistorySource(venue: string, options: CcxtHistoryOptions = {}): HistorySource {
  const means = `ccxt ${ccxtVersion()}`
  const clock = options.clock ?? systemClock
  const call: CallMeans = {
    rng: options.rng ?? createRng(clock.nowMs()),
    policy: { ...RETRY_POLICY, ...options.retry },
    sleep: options.sleep ?? sleep,
  }
  const exchanges = new Map<string, Promise<CcxtExchange>>()
  /** Those whose markets came whole. */
  const listed = new WeakSet<CcxtExchange>()
  let ahead: number | undefined

  /** One exchange for spot and one for perpetuals, since ccxt keeps the kind in its options. */
  const opened = (kind: 'spot' | 'perpetual'): Promise<CcxtExchange> => {
    const open = exchanges.get(kind) ?? openExchange(venue, kind, options)
    exchanges.set(kind, open)
    return open
  }

  /** The exchange with its markets. */
  const exchangeOf = async (kind: 'spot' | 'perpetual', signal: AbortSignal | undefined): Promise<CcxtExchange> => {
    const exchange = await opened(kind)
    if (!listed.has(exchange)) {
      // Anew each time: ccxt keeps the outcome of the first try, also where it failed or the list was cut off.
      await callVenue(exchange, 'list of markets', call, signal, () => exchange.loadMarkets(true))
      listed.add(exchange)
    }
    return exchange
  }

  return {
    venue,
    means,
    async check(wanted) {
      checkServed(await opened(kindOf(wanted.instrument, venue)), wanted)
    },
    async nowMs(signal) {
      if (ahead === undefined) {
        const exchange = await (exchanges.values().next().value ?? opened('spot'))
        const hasTime = exchange.has['fetchTime'] === true
        const now = hasTime ? await callVenue(exchange, 'time', call, signal, () => exchange.fetchTime()) : undefined
        ahead = now === undefined ? 0 : now - clock.nowMs()
      }
      return clock.nowMs() + ahead
    },
    async instrument(id, signal) {
      const exchange = await exchangeOf(kindOf(id, venue), signal)
      return specOf(exchange, marketOf(exchange, id), id, means)
    },
    async *pages(request) {
      const exchange = await exchangeOf(kindOf(request.instrument, venue), request.signal)
      const market = marketOf(exchange, request.instrument)
      const nowMs = clock.nowMs() + (ahead ?? 0)
      yield* pagesOf({ exchange, market, request, call }, nowMs)
    },
  }
}

async function openExchange(
  venue: string,
  kind: 'spot' | 'perpetual',
  { baseUrl, rateLimit = true, timeoutMs = 20_000 }: CcxtHistoryOptions,
): Promise<CcxtExchange> {
  const types = venueProfile(venue).marketTypes?.[kind]
  const exchange = await loadCcxtExchange(venue, {
    enableRateLimit: rateLimit,
    timeout: timeoutMs,
    options: types === undefined ? {} : { fetchMarkets: { types }, defaultType: kind === 'spot' ? 'spot' : 'swap' },
  })
  // Currencies need keys at some venues and are not used.
  exchange.has['fetchCurrencies'] = false
  watchAnswers(exchange)
  if (baseUrl !== undefined) redirectExchange(exchange, baseUrl)
  return exchange
}

function kindOf(id: InstrumentId, venue: string): 'spot' | 'perpetual' {
  const name = parseInstrumentId(id)
  if (name.venue === venue.toUpperCase()) return name.kind
  throw new UsageError({
    code: 'VENUE_INSTRUMENT',
    message: `${id} is an instrument of ${name.venue}, not of ${venue}. Nothing was downloaded.`,
    hint: `Use --venue ${name.venue.toLowerCase()}, or name it ${id.slice(0, id.lastIndexOf('.'))}.${venue.toUpperCase()}.`,
    meta: { venue, instrument: id },
  })
}

function pagesOf(
  means: { exchange: CcxtExchange; market: ReturnType<typeof marketOf>; request: HistoryRequest; call: CallMeans },
  nowMs: number,
): AsyncIterable<HistoryPage> {
  const { exchange, market, request } = means
  const { kind } = request
  const profile = venueProfile(exchange.id)
  if (kind === 'trades') return profile.trades === 'from-id' ? tradePagesById(means) : tradePagesByTime(means)
  const series: SeriesProfile = profile[kind] ?? {}
  checkReach(exchange, request, series, nowMs)
  const stated = exchange.featureValue(market.symbol, METHODS[kind], 'limit')
  const pageRows = series.pageRows ?? (typeof stated === 'number' && stated > 1 ? stated : 100)
  return kind === 'funding' ? fundingPages(means, series, pageRows) : candlePages(means, series, pageRows)
}

/** Refuses what the venue does not have at all. */
function checkServed(
  exchange: CcxtExchange,
  { instrument, kind, timeframe }: Pick<HistoryRequest, 'instrument' | 'kind' | 'timeframe'>,
): void {
  const refuse = (problem: string, hint?: string): UsageError =>
    new UsageError({
      code: 'VENUE_NOT_SERVED',
      message: `${instrument} ${kind}: ${problem}. Nothing was downloaded.`,
      ...(hint === undefined ? {} : { hint }),
      meta: { venue: exchange.id, instrument, kind, timeframe },
    })
  const profile = venueProfile(exchange.id)
  const reason = profile.notServed?.[kind]
  if (reason !== undefined) throw refuse(reason)
  const isOfPerpetuals = kind === 'funding' || kind === 'mark' || kind === 'open-interest'
  if (isOfPerpetuals && parseInstrumentId(instrument).kind === 'spot')
    throw refuse(`only perpetuals have it`, `Name the perpetual: ${instrument.replace('.', '-PERP.')}.`)
  if (exchange.has[METHODS[kind]] !== true || (kind === 'trades' && profile.trades === undefined))
    throw refuse(`${exchange.id} serves no history of it that could be paged through`)
  if (timeframe === undefined || (kind !== 'bars' && kind !== 'mark')) return
  const known = Object.keys(exchange.timeframes ?? {})
  if (!known.includes(timeframe))
    throw refuse(
      `${exchange.id} has no ${timeframe} bars`,
      `It has ${known.join(', ')}. Longer ones are made of shorter ones.`,
    )
}

/** Refuses a start that the venue no longer serves, because silence about it would look like absence. */
function checkReach(
  exchange: CcxtExchange,
  { instrument, kind, timeframe, fromMs }: HistoryRequest,
  { reachMs, reachRows }: SeriesProfile,
  nowMs: number,
): void {
  const rowsMs = reachRows === undefined ? Infinity : reachRows * timeframeMs(timeframe ?? '1h')
  const earliestMs = nowMs - Math.min(reachMs ?? Infinity, rowsMs)
  if (fromMs >= earliestMs) return
  const rest = venueProfile(exchange.id).trades === 'since-ns' && kind === 'bars'
  throw new UsageError({
    code: 'VENUE_REACH',
    message: `${exchange.id} serves ${kind}${timeframe === undefined ? '' : ` ${timeframe}`} of ${instrument} from ${isoTime(Math.ceil(earliestMs))} on only, not from ${isoTime(fromMs)}. Nothing was downloaded.`,
    hint: rest
      ? 'Download the trades, which reach back to the beginning (--kind trades): bars of any length are made of them.'
      : `Begin later: --from ${isoTime(Math.ceil(earliestMs / 3_600_000) * 3_600_000)}.`,
    meta: { venue: exchange.id, instrument, kind, timeframe, fromMs, earliestMs },
  })
}
