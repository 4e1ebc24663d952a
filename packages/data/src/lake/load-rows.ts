import {
  type BarColumns,
  bucketStart,
  DataError,
  type InstrumentId,
  type InstrumentSpec,
  isoTime,
  lowerBound,
  type SeriesColumns,
  sliceBars,
  type Timeframe,
  timeframeMs,
  type TradeColumns,
} from '@kestrel/core'

import { hashColumns } from '../columns/column-hash.ts'
import { barsFrom, columnsOf, type NamedColumn, rowsOf, seriesFrom, tradesFrom } from '../columns/named-column.ts'
import type { DatasetKey, GapEntry, SyntheticOrigin } from '../dataset.ts'
import { clipGaps } from '../gaps.ts'
import type { SeriesKind } from '../normalise/normalise-series.ts'
import { barsFromTrades } from '../resample/bars-from-trades.ts'
import { resampleBars } from '../resample/resample-bars.ts'
import { checkedKey, keyText } from './dataset-key.ts'
import type { DatasetRecord, ImportedSource } from './dataset-record.ts'
import { finerSource } from './finer-source.ts'
import type { LakeContext } from './lake-context.ts'
import { spanOf } from './merge-record.ts'
import { readDataset, type TimeWindow } from './read-dataset.ts'

/** What comes with loaded rows of every kind. */
export interface Loaded {
  readonly key: DatasetKey
  /** SHA-256 of the decoded columns that were loaded: of the stored rows where bars are derived from them. */
  readonly dataHash: string
  /** The dataset the rows were made from where they are not stored as such: finer bars, or trades. */
  readonly derivedFrom?: DatasetKey | undefined
  readonly rows: number
  /** Time of the first row loaded and exclusive end of the last. */
  readonly span: { readonly fromMs: number; readonly toMs: number }
  /** Set where the rows were generated and not recorded: shown as SYNTHETIC. */
  readonly synthetic?: SyntheticOrigin | undefined
  /** True where an absent row means that nothing traded. */
  readonly sparse: boolean
  /** Ledger entries that touch the window, cut to it. */
  readonly gaps: readonly GapEntry[]
  readonly spec?: InstrumentSpec | undefined
  readonly sources: readonly ImportedSource[]
}

export interface LoadedBars extends Loaded {
  readonly bars: BarColumns
}

export interface LoadedTrades extends Loaded {
  readonly trades: TradeColumns
}

export interface LoadedSeries extends Loaded {
  readonly series: SeriesColumns
}

/** Bars of a window; see `Lake.loadBars`. */
export async function loadBars(
  context: LakeContext,
  instrument: InstrumentId,
  timeframe: Timeframe,
  window: TimeWindow,
): Promise<LoadedBars> {
  const key = checkedKey({ instrument, kind: 'bars', timeframe })
  const source = await finerSource(context.lakeFolder, key)
  const ms = timeframeMs(timeframe)
  if (source === undefined) {
    const { record, columns } = await readDataset(context, key, window)
    checkRows(key, record, columns, window)
    return Object.freeze({ bars: barsFrom(columns, ms), ...describe(key, record, columns, window) })
  }
  // A bar belongs to the window by its open time, so the finer rows are needed to the close of its last bar.
  const whole: TimeWindow = {
    fromMs: mapTime(window.fromMs, (t) => bucketStart(t + ms - 1, ms)),
    toMs: mapTime(window.toMs, (t) => bucketStart(t + ms - 1, ms)),
  }
  const { record, columns } = await readDataset(context, source, whole)
  checkRows(source, record, columns, window)
  const bars = within(derive(source, record, columns, ms), window)
  if (bars.openTimeMs.length === 0) throw emptyWindow(key, record, window)
  const described = describe(key, record, columns, whole)
  const derived = columnsOf(bars)
  return Object.freeze({
    bars,
    ...described,
    derivedFrom: source,
    sparse: record.sparse || source.kind === 'trades',
    rows: rowsOf(derived),
    span: spanOf(key, derived),
  })
}

/** Trades of a window; see `Lake.loadTrades`. */
export async function loadTrades(
  context: LakeContext,
  instrument: InstrumentId,
  window: TimeWindow,
): Promise<LoadedTrades> {
  const key = checkedKey({ instrument, kind: 'trades' })
  const { record, columns } = await readDataset(context, key, window)
  checkRows(key, record, columns, window)
  return Object.freeze({ trades: tradesFrom(columns), ...describe(key, record, columns, window) })
}

/** Dated values of a window; see `Lake.loadSeries`. */
export async function loadSeries(
  context: LakeContext,
  key: DatasetKey & { readonly kind: SeriesKind },
  window: TimeWindow,
): Promise<LoadedSeries> {
  const checked = checkedKey(key)
  const { record, columns } = await readDataset(context, checked, window)
  checkRows(checked, record, columns, window)
  return Object.freeze({ series: seriesFrom(columns), ...describe(checked, record, columns, window) })
}

function mapTime(timeMs: number | undefined, change: (timeMs: number) => number): number | undefined {
  return timeMs === undefined ? undefined : change(timeMs)
}

function derive(source: DatasetKey, record: DatasetRecord, columns: readonly NamedColumn[], ms: number): BarColumns {
  if (source.kind === 'trades') return barsFromTrades(tradesFrom(columns), ms).bars
  const sourceMs = timeframeMs(source.timeframe ?? '1m')
  const bars = resampleBars(barsFrom(columns, sourceMs), sourceMs, ms, { edges: 'keep' })
  if (record.sparse) return bars
  // Only the ends of the dataset are partial. A window that begins or ends in a hole has the same bars as the whole has there.
  const { openTimeMs, closeTimeMs } = bars
  const last = closeTimeMs.length - 1
  const start = (openTimeMs[0] ?? 0) < record.span.fromMs ? 1 : 0
  const end = (closeTimeMs[last] ?? 0) > record.span.toMs ? last : last + 1
  return sliceBars(bars, start, Math.max(start, end))
}

function within(bars: BarColumns, { fromMs, toMs }: TimeWindow): BarColumns {
  const start = fromMs === undefined ? 0 : lowerBound(bars.openTimeMs, fromMs)
  const end = toMs === undefined ? bars.openTimeMs.length : lowerBound(bars.openTimeMs, toMs)
  return start === 0 && end === bars.openTimeMs.length ? bars : sliceBars(bars, start, Math.max(start, end))
}

function describe(key: DatasetKey, record: DatasetRecord, columns: readonly NamedColumn[], window: TimeWindow): Loaded {
  const rows = rowsOf(columns)
  return {
    key,
    // The catalog knows the hash of all rows; a part of them is hashed now.
    dataHash: rows === record.rows ? record.contentHash : hashColumns(columns),
    rows,
    span: Object.freeze(spanOf(record.key, columns)),
    ...(record.synthetic === undefined ? {} : { synthetic: record.synthetic }),
    sparse: record.sparse,
    gaps: Object.freeze(clipGaps(record.ledger, window.fromMs ?? -Infinity, window.toMs ?? Infinity, record.key)),
    ...(record.spec === undefined ? {} : { spec: record.spec }),
    sources: record.sources,
  }
}

function checkRows(key: DatasetKey, record: DatasetRecord, columns: readonly NamedColumn[], window: TimeWindow): void {
  if (rowsOf(columns) === 0) throw emptyWindow(key, record, window)
}

function emptyWindow(key: DatasetKey, record: DatasetRecord, { fromMs, toMs }: TimeWindow): DataError {
  const { span } = record
  const from = fromMs === undefined ? 'the beginning' : isoTime(fromMs)
  const to = toMs === undefined ? 'the end' : isoTime(toMs)
  return new DataError({
    code: 'DATA_WINDOW_EMPTY',
    message: `${keyText(key)} has no rows from ${from} to ${to} (exclusive). The lake has ${isoTime(span.fromMs)} to ${isoTime(span.toMs)}.`,
    hint: `Choose a window inside that span, for example --from ${isoTime(span.fromMs)}.`,
    meta: { key, fromMs, toMs, span },
  })
}
