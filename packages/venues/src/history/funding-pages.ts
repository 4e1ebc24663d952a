import { settlementTimeMs, type HistoryPage, type HistoryRow, type TimeSpan } from '@kestrel/data'
import type { CcxtFunding } from '../ccxt/ccxt-exchange.ts'
import { pageDisagreement } from './page-disagreement.ts'
import { ask, numberOf, type PageMeans } from './page-means.ts'
import type { SeriesProfile } from './venue-profile.ts'

const HOUR_MS = 3_600_000
const USUAL_INTERVAL_MS = 8 * HOUR_MS
/** Venues stamp settlements up to this far from the full hour. */
const JITTER_MS = 2_000

/**
 * Pages of funding settlements, whose interval differs between instruments and changes over time.
 *
 * A window starts out as long as a page of 8-hour settlements; an answer as long as a page may be cut off, so the window is
 * halved until it is shorter. Settlements that lie unevenly are asked for a second time.
 */
export async function* fundingPages(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
): AsyncGenerator<HistoryPage> {
  const { fromMs, toMs, after } = means.request
  const created = means.market.created ?? 0
  let lengthMs = pageRows * USUAL_INTERVAL_MS
  let atMs = after === undefined ? fromMs : (after[0] as number)
  if (after === undefined && Math.min(created, toMs) > atMs) {
    yield { fromMs: atMs, toMs: Math.min(created, toMs), rows: [] }
    atMs = Math.min(created, toMs)
  }
  while (atMs < toMs) {
    const window = { fromMs: atMs, toMs: Math.min(atMs + lengthMs, toMs) }
    const rows = await settlementsIn(means, profile, pageRows, window)
    if (rows.length >= pageRows && lengthMs > HOUR_MS) {
      lengthMs = Math.max(HOUR_MS, Math.floor(lengthMs / 2))
      continue
    }
    if (hasHole(rows, window)) await confirm(means, profile, pageRows, rows, window)
    yield { ...window, rows }
    const last = rows.at(-1)?.[0]
    // The next page repeats the last settlement, unless that would be the same page.
    atMs = window.toMs >= toMs || last === undefined || last <= atMs ? window.toMs : last
  }
}

/**
 * True where settlements lie unevenly, or the first comes later than their interval allows: the interval may have changed, or
 * a row been left out. What is left out at the end is on the next page, which begins with the last row of this one.
 */
function hasHole(rows: readonly HistoryRow[], { fromMs }: TimeSpan): boolean {
  const steps = rows.slice(1).map((row, i) => (row[0] as number) - (rows[i]?.[0] as number))
  const [first, [step = 0, ...others]] = [rows[0]?.[0] ?? Infinity, steps]
  return first - fromMs >= Math.max(step, 1) || others.some((other) => other !== step)
}

async function confirm(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
  rows: readonly HistoryRow[],
  window: TimeSpan,
): Promise<void> {
  const again = await settlementsIn(means, profile, pageRows, window)
  const [times, timesAgain] = [rows, again].map((list) => new Set(list.map(([timeMs]) => timeMs as number)))
  const once = [...(times ?? []), ...(timesAgain ?? [])].find(
    (timeMs) => times?.has(timeMs) !== timesAgain?.has(timeMs),
  )
  if (once !== undefined) throw pageDisagreement(means, window, once)
}

async function settlementsIn(
  means: PageMeans,
  profile: SeriesProfile,
  pageRows: number,
  window: TimeSpan,
): Promise<readonly HistoryRow[]> {
  const { exchange, market } = means
  const wide = { fromMs: window.fromMs - JITTER_MS, toMs: window.toMs + JITTER_MS }
  const params = (profile.windowParams ?? (({ toMs }) => ({ until: toMs - 1 })))(wide)
  const list = await ask(means, () => exchange.fetchFundingRateHistory(market.symbol, wide.fromMs, pageRows, params))
  const rows = list.map(fundingRow).sort((a, b) => (a[0] as number) - (b[0] as number))
  // A full answer stays as long as it was, so that the caller sees it.
  if (rows.length >= pageRows) return rows
  return rows.filter(([timeMs = Number.NaN]) => !(timeMs < window.fromMs || timeMs >= window.toMs))
}

/** A settlement of ccxt as a row, at the full hour that it belongs to. */
export function fundingRow(row: CcxtFunding): HistoryRow {
  return [settlementTimeMs(numberOf(row.timestamp)), numberOf(row.fundingRate)]
}
