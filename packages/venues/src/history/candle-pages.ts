import { bucketStart, timeframeMs } from '@kestrel/core'
import type { HistoryPage, HistoryRow, TimeSpan } from '@kestrel/data'
import type { CcxtCandle, CcxtOpenInterest } from '../ccxt/ccxt-exchange.ts'
import { pageDisagreement } from './page-disagreement.ts'
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
  if (after === undefined) {
    const firstMs = Math.min(toMs, await firstRowMs(means, profile, rowMs))
    // Before the first row there is nothing, which is no hole.
    if (firstMs > atMs) yield { fromMs: atMs, toMs: firstMs, rows: [] }
    atMs = Math.max(atMs, firstMs)
  }
  while (atMs < toMs) {
    const window = { fromMs: atMs, toMs: Math.min(atMs + pageRows * rowMs, toMs) }
    const rows = await rowsIn(means, profile, pageRows, window)
    await confirmHoles(means, profile, pageRows, rows, window, rowMs)
    yield { ...window, rows }
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
  let firstMs = Infinity
  // Twice, unless the first answer leaves nothing out.
  for (let times = 0; times < 2 && firstMs > fromMs; times++) {
    const [first] = await fetchRows(means, fromMs, 1, {})
    if (first !== undefined) firstMs = Math.min(firstMs, Math.max(fromMs, bucketStart(first[0] as number, rowMs)))
  }
  return firstMs
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
  throw pageDisagreement(means, window, other[0] as number)
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
