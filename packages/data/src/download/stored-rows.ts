import { DataError, type SeriesColumns, type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { DatasetKey } from '../dataset.ts'
import type { Lake } from '../lake/lake.ts'
import type { SeriesKind } from '../normalise/normalise-series.ts'
import { HISTORY_COLUMNS, type HistoryKind, type HistoryRow } from './history-kind.ts'

/**
 * The stored rows that end at `atMs`, with which the first page after it has to agree: the bar or value before it, the
 * trades of that very millisecond. Empty where nothing is stored there.
 */
export async function storedRowsBefore(
  lake: Lake,
  key: DatasetKey,
  kind: HistoryKind,
  timeframe: Timeframe | undefined,
  atMs: TimeMs,
): Promise<readonly HistoryRow[]> {
  if ((await lake.find(key)) === undefined) return []
  try {
    if (kind === 'trades') {
      const { trades } = await lake.loadTrades(key.instrument, { fromMs: atMs, toMs: atMs + 1 })
      return rowsOfColumns([trades.tsEventUs, trades.id, trades.price, trades.quantity, trades.takerSide])
    }
    const rowMs = kind === 'funding' || kind === 'open-interest' ? 1 : timeframeMs(timeframe ?? '1m')
    const window = { fromMs: atMs - rowMs, toMs: atMs }
    if (kind === 'bars') {
      const { bars } = await lake.loadBars(key.instrument, key.timeframe ?? '1m', window)
      return rowsOfColumns([bars.openTimeMs, bars.open, bars.high, bars.low, bars.close, bars.volume])
    }
    const { series } = await lake.loadSeries({ ...key, kind: key.kind as SeriesKind }, window)
    return rowsOfColumns(seriesColumns(kind, series))
  } catch (error) {
    if (error instanceof DataError && error.code === 'DATA_WINDOW_EMPTY') return []
    throw error
  }
}

function seriesColumns(kind: HistoryKind, { tsEventMs, values }: SeriesColumns): readonly Float64Array[] {
  const names = HISTORY_COLUMNS[kind].slice(1)
  return [tsEventMs, ...names.map((name) => values[name] ?? new Float64Array(tsEventMs.length).fill(Number.NaN))]
}

function rowsOfColumns(columns: readonly (Float64Array | Int8Array)[]): readonly HistoryRow[] {
  const rows = columns[0]?.length ?? 0
  return Array.from({ length: rows }, (_, i) => columns.map((column) => column[i] as number))
}
