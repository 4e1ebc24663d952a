import { type InstrumentId, type Timeframe, timeframeOf, timeframeMs } from '@kestrel/core'
import type { DatasetKey } from '../dataset.ts'

/** What a venue's history can hold. */
export type HistoryKind = 'bars' | 'trades' | 'funding' | 'mark' | 'open-interest'

/** The kinds, in the order in which lists show them. */
export const HISTORY_KINDS: readonly HistoryKind[] = Object.freeze([
  'bars',
  'trades',
  'funding',
  'mark',
  'open-interest',
])

/**
 * One row of history as numbers, in the order of {@link HISTORY_COLUMNS}. The first is the time: microseconds for trades,
 * milliseconds otherwise; of a bar its opening. `takerSide` is 1, -1 or 0.
 */
export type HistoryRow = readonly number[]

/** What the numbers of a row are. */
export const HISTORY_COLUMNS: Readonly<Record<HistoryKind, readonly string[]>> = Object.freeze({
  bars: ['openTimeMs', 'open', 'high', 'low', 'close', 'volume'],
  trades: ['tsEventUs', 'id', 'price', 'quantity', 'takerSide'],
  funding: ['settlementMs', 'rate'],
  mark: ['openTimeMs', 'open', 'high', 'low', 'close'],
  'open-interest': ['tsEventMs', 'openInterest'],
})

/** Sampling of marks and open interest where the caller states none. */
const DEFAULT_TIMEFRAME = '1h'

/** Length of a row of this kind, `undefined` for kinds whose rows have none. Bars need it stated. */
export function historyTimeframe(kind: HistoryKind, timeframe: Timeframe | undefined): Timeframe | undefined {
  if (kind === 'trades' || kind === 'funding') return undefined
  return timeframe ?? (kind === 'bars' ? undefined : DEFAULT_TIMEFRAME)
}

/**
 * The dataset that rows of this kind belong to. Open interest is the series `open-interest`, hourly; other samplings have a
 * series of their own: `open-interest-5m`.
 */
export function historyDatasetKey(instrument: InstrumentId, kind: HistoryKind, timeframe?: Timeframe): DatasetKey {
  const length = historyTimeframe(kind, timeframe)
  if (kind === 'open-interest') {
    const sampling = timeframeOf(timeframeMs(length ?? DEFAULT_TIMEFRAME))
    const name = sampling === DEFAULT_TIMEFRAME ? 'open-interest' : `open-interest-${sampling}`
    return { instrument, kind: 'series', name }
  }
  return { instrument, kind, ...(length === undefined ? {} : { timeframe: length }) }
}

/** Time of a row in milliseconds. */
export function rowTimeMs(kind: HistoryKind, row: HistoryRow): number {
  const time = row[0] as number
  return kind === 'trades' ? Math.floor(time / 1_000) : time
}

/** What tells a row from the others: its id for trades, else its time. */
export function rowKey(kind: HistoryKind, row: HistoryRow): number {
  return row[kind === 'trades' ? 1 : 0] as number
}
