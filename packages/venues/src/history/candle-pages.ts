import { bucketStart, DataError, isoTime, timeframeMs } from '@kestrel/core'
import type { HistoryPage, HistoryRow, TimeSpan } from '@kestrel/data'
import type { CcxtCandle, CcxtOpenInterest } from '../ccxt/ccxt-exchange.ts'
import { ask, numberOf, type PageMeans } from './page-means.ts'
import type { SeriesProfile } from './venue-profile.ts'

/**
 * Pages of rows on the grid of a timeframe: bars, marks, open interest.
 *
 * Each page is a window that holds no more rows than one answer can, so nothing is cut off whichever end the venue counts
 * from, and begins one row before the end of the last. Where rows are absent the stretch is asked for a second time.
 */
export async function* candlePages(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
): AsyncGenerator<HistoryPage> {
  const { fromMs, toMs, after, timeframe } = means.request
  const rowMs = timeframeMs(timeframe ?? '1h')
  let atMs = after === undefined ? fromMs : (after[0] as number)
  let known = after !== undefined
  if (!known) {
    const firstMs = Math.min(toMs, await firstRowMs(means, profile, rowMs))
    // Before the first row there is nothing, which is no hole.
    if (firstMs > atMs) yield { fromMs: atMs, toMs: firstMs, rows: [] }
    atMs = Math.max(atMs, firstMs)
  }
  while (atMs < toMs) {
    const window = { fromMs: atMs, toMs: Math.min(atMs + pageRows * rowMs, toMs) }
    const rows = await rowsIn(means, profile, pageRows, window)
    const begins = known ? atMs : rows[0]?.[0]
    if (begins !== undefined) await confirmHoles(means, profile, pageRows, rows, { ...window, fromMs: begins }, rowMs)
    yield { ...window, rows }
    known ||= rows.length > 0
    // One row of overlap, but never a step of nothing.
    atMs = window.toMs >= toMs || rows.length === 0 ? window.toMs : Math.max(window.toMs - rowMs, atMs + rowMs)
  }
}

/** Time of the first row of a market at or after the wanted start, where it can be found without walking there. */
async function firstRowMs(means: PageMeans, profile: SeriesProfile, rowMs: number): Promise<number> {
  const { fromMs } = means.request
  const { created } = means.market
  // The day before, because a listing is announced for an hour and opens at another.
  if (created !== undefined && created - 86_400_000 > fromMs) return bucketStart(created - 86_400_000, rowMs)
  if (profile.findsFirst !== true) return fromMs
  const [first] = await fetchRows(means, fromMs, 1, {})
  return first === undefined ? Infinity : Math.max(fromMs, bucketStart(first[0] as number, rowMs))
}

async function rowsIn(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
  window: TimeSpan,
): Promise<readonly HistoryRow[]> {
  const params = (profile.windowParams ?? (({ toMs }) => ({ until: toMs - 1 })))(window)
  const rows = await fetchRows(means, window.fromMs, pageRows, params)
  // Venues differ in whether the ends belong to the window, and some add the bar that is still open.
  return rows.filter(([timeMs = Number.NaN]) => !(timeMs < window.fromMs || timeMs >= window.toMs))
}

/** A venue that leaves a row out by mistake seldom does so twice in the same place. */
async function confirmHoles(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
  rows: readonly HistoryRow[],
  window: TimeSpan,
  rowMs: number,
): Promise<void> {
  const times = new Set(rows.map(([timeMs]) => timeMs))
  let holeMs = window.fromMs
  while (holeMs < window.toMs && times.has(holeMs)) holeMs += rowMs
  if (holeMs >= window.toMs) return
  const again = await rowsIn(means, profile, pageRows, { fromMs: holeMs, toMs: window.toMs })
  const other = again.find(([timeMs]) => !times.has(timeMs as number))
  if (other === undefined) return
  const { instrument, kind, timeframe } = means.request
  throw new DataError({
    code: 'DATA_PAGE_JOIN',
    message:
      `${means.exchange.id}, ${instrument} ${kind} ${timeframe}: asked twice for ${isoTime(window.fromMs)} to ${isoTime(window.toMs)}, ` +
      `it left out the row of ${isoTime(other[0] as number)} once. Nothing of this page was stored.`,
    hint: 'Run the same command again: it goes on where the stored data ends.',
    meta: { venue: means.exchange.id, instrument, kind, timeframe, fromMs: window.fromMs, toMs: window.toMs },
    retry: 'safe',
  })
}

async function fetchRows(means: PageMeans, sinceMs: number, limit: number, params: object): Promise<HistoryRow[]> {
  const { exchange, market, request } = means
  const { kind, timeframe = '1h' } = request
  if (kind === 'open-interest') {
    const list = await ask(means, () =>
      exchange.fetchOpenInterestHistory(market.symbol, timeframe, sinceMs, limit, params),
    )
    return list.map(openInterestRow).sort(byTime)
  }
  const candles = await ask(means, () =>
    kind === 'mark'
      ? exchange.fetchMarkOHLCV(market.symbol, timeframe, sinceMs, limit, params)
      : exchange.fetchOHLCV(market.symbol, timeframe, sinceMs, limit, params),
  )
  return candles.map((candle) => candleRow(candle, kind === 'mark' ? 5 : 6)).sort(byTime)
}

/** A candle of ccxt as a row of bars (6 numbers) or marks (5). */
export function candleRow(candle: CcxtCandle, numbers: 5 | 6): HistoryRow {
  return Array.from({ length: numbers }, (_, i) => numberOf(candle[i]))
}

/** Open interest in base units of a linear contract, in contracts of an inverse one: what the venue counts. */
function openInterestRow(row: CcxtOpenInterest): HistoryRow {
  return [numberOf(row.timestamp), numberOf(row.openInterestAmount ?? row.openInterestValue)]
}

function byTime(a: HistoryRow, b: HistoryRow): number {
  return (a[0] as number) - (b[0] as number)
}
