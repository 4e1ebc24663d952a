import { isoTime } from '@kestrel/core'
import type { HistoryPage, HistoryRow } from '@kestrel/data'
import type { CcxtMarket, CcxtTrade } from '../ccxt/ccxt-exchange.ts'
import { baseUnits } from '../market-of.ts'
import { VenueError } from '../venue-error.ts'
import { ask, numberOf, type PageMeans } from './page-means.ts'

const PAGE_ROWS = 1_000
const HOUR_MS = 3_600_000

/** Pages of trades by id: each begins with the last trade of the one before, and ids leave none out. */
export async function* tradePagesById(means: PageMeans): AsyncGenerator<HistoryPage> {
  const { fromMs, toMs, after } = means.request
  let coveredMs = fromMs
  let fromId = after?.[1]
  if (fromId === undefined) {
    const first = await firstTrade(means)
    if (first === undefined) {
      yield { fromMs, toMs, rows: [], idsAreConsecutive: true }
      return
    }
    fromId = first[1] as number
  }
  for (;;) {
    const rows = await fetchTrades(means, undefined, { fromId })
    const page = pageOf(means, rows, coveredMs, (last) => (last[1] as number) <= (fromId as number))
    yield { ...page, idsAreConsecutive: true }
    if (page.toMs >= toMs) return
    coveredMs = page.toMs
    fromId = rows.at(-1)?.[1] as number
  }
}

/** The first trade of the window; hours without one are walked through. */
async function firstTrade(means: PageMeans): Promise<HistoryRow | undefined> {
  const { fromMs, toMs } = means.request
  const [oldest] = await fetchTrades(means, undefined, { fromId: 0 })
  let atMs = Math.max(fromMs, oldest === undefined ? toMs : timeMsOf(oldest))
  let lengthMs = HOUR_MS
  while (atMs < toMs) {
    const endMs = Math.min(atMs + lengthMs, toMs)
    const rows = await fetchTrades(means, atMs, { until: endMs - 1 })
    // An answer as long as a page may be cut off at either end.
    if (rows.length >= PAGE_ROWS && lengthMs > 1) {
      lengthMs = Math.max(1, Math.floor(lengthMs / 4))
      continue
    }
    const first = rows.find((row) => timeMsOf(row) >= atMs)
    if (first !== undefined) return first
    atMs = endMs
    lengthMs = HOUR_MS
  }
  return undefined
}

/** Pages of trades from an instant on, as Kraken serves them: its `since` is in nanoseconds and exclusive. */
export async function* tradePagesByTime(means: PageMeans): AsyncGenerator<HistoryPage> {
  const { fromMs, toMs, after } = means.request
  let coveredMs = fromMs
  let lastUs = after?.[0]
  // A microsecond earlier, so that the trades of that very instant come again and can be compared.
  let sinceNs = (BigInt(lastUs ?? fromMs * 1_000) - 1n) * 1_000n
  for (;;) {
    const rows = await fetchTrades(means, undefined, { since: String(sinceNs) })
    const before = lastUs
    const page = pageOf(means, rows, coveredMs, (last) => before !== undefined && (last[0] as number) <= before)
    yield page
    if (page.toMs >= toMs) return
    coveredMs = page.toMs
    lastUs = rows.at(-1)?.[0] as number
    sinceNs = (BigInt(lastUs) - 1n) * 1_000n
  }
}

/**
 * The page that an answer makes: cut at the end of the window, or ending at its last trade.
 *
 * @param isOld - Whether the answer's last trade was the last of the answer before, so that there is no more.
 */
function pageOf(
  { exchange, request }: PageMeans,
  rows: readonly HistoryRow[],
  coveredMs: number,
  isOld: (last: HistoryRow) => boolean,
): HistoryPage {
  const { toMs, instrument } = request
  const last = rows.at(-1)
  const isEnd = last === undefined || isOld(last) || timeMsOf(last) >= toMs
  if (isEnd && rows.length >= PAGE_ROWS && last !== undefined && timeMsOf(last) < toMs)
    throw new VenueError({
      code: 'VENUE_STUCK',
      message: `${exchange.id} serves the same ${rows.length} trades of ${instrument} at ${isoTime(timeMsOf(last))} again and again: more of one instant than it can page through. What was joined before is stored.`,
      meta: { venue: exchange.id, instrument, atMs: timeMsOf(last) },
    })
  return {
    fromMs: coveredMs,
    toMs: isEnd ? toMs : timeMsOf(last),
    rows: rows.filter((row) => !(timeMsOf(row) >= toMs)),
  }
}

async function fetchTrades(means: PageMeans, sinceMs: number | undefined, params: object): Promise<HistoryRow[]> {
  const { exchange, market } = means
  const trades = await ask(means, () => exchange.fetchTrades(market.symbol, sinceMs, PAGE_ROWS, params))
  const rows = trades.map((trade) => tradeRow(trade, market))
  return rows.sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number))
}

/** A trade of ccxt as a row: quantity in base units, time in microseconds where the venue gives them. */
export function tradeRow(trade: CcxtTrade, market: CcxtMarket): HistoryRow {
  const price = numberOf(trade.price)
  const quantity = baseUnits(market, numberOf(trade.amount), price)
  const side = trade.side === 'buy' ? 1 : trade.side === 'sell' ? -1 : 0
  return [timeUsOf(trade), numberOf(trade.id), price, quantity, side]
}

/** Kraken gives seconds with decimals, of which ccxt keeps the milliseconds. */
function timeUsOf({ timestamp, info }: CcxtTrade): number {
  const seconds: unknown = Array.isArray(info) ? info[2] : undefined
  if (typeof seconds === 'number' || typeof seconds === 'string') {
    const timeUs = Math.round(Number(seconds) * 1e6)
    if (Math.floor(timeUs / 1_000) === timestamp || Math.abs(timeUs / 1_000 - numberOf(timestamp)) < 1) return timeUs
  }
  return numberOf(timestamp) * 1_000
}

function timeMsOf(row: HistoryRow): number {
  return Math.floor((row[0] as number) / 1_000)
}
