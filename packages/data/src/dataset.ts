import type {
  BarColumns,
  InstrumentId,
  InstrumentSpec,
  SeriesColumns,
  Timeframe,
  TimeMs,
  TradeColumns,
} from '@kestrel/core'
import type { TimeSpan } from './download/time-span.ts'

/**
 * What a dataset holds: candles, public prints, funding settlements, mark prices, or any dated values.
 *
 * `funding` has the one column `rate` (fraction of notional per settlement); `mark` has `open, high, low, close`;
 * `series` has columns of any names.
 */
export type DataKind = 'bars' | 'trades' | 'funding' | 'mark' | 'series'

/** The kinds, in the order in which lists show them. */
export const DATA_KINDS: readonly DataKind[] = Object.freeze(['bars', 'trades', 'funding', 'mark', 'series'])

/** Names one dataset of a lake. */
export interface DatasetKey {
  readonly instrument: InstrumentId
  readonly kind: DataKind
  /** Length of a bar. Required for `bars`, optional for `mark`, absent for the other kinds. */
  readonly timeframe?: Timeframe | undefined
  /** Which series of the instrument. Required for `series`: lower-case letters, digits, `-` and `_`. */
  readonly name?: string | undefined
}

/** Where rows came from. One per import; a dataset keeps all of its sources. */
export interface DatasetSource {
  /** Name of the file, archive or generator, without the folders of the importing machine. */
  readonly name: string
  /** Form it was read from: `csv`, `parquet`, `json`, `ndjson`, `feather`, `zip`, `generated`, `download`. */
  readonly format: string
  /** SHA-256 of the file's bytes in hexadecimal, where there was a file. */
  readonly sha256?: string | undefined
  /** Terms under which the data may be used, in the source's words. */
  readonly licence?: string | undefined
  /** Anything a reader of results should know: units, contract sizes, what was left out. */
  readonly note?: string | undefined
  /** Of a download: what the venue has answered for, rows or none. Spans apart and in order. */
  readonly covered?: readonly TimeSpan[] | undefined
}

/** Why a stretch of a dataset is not simply what the venue recorded, once, in order. */
export type GapKind = 'missing' | 'duplicate' | 'unordered' | 'repaired' | 'synthetic'

/** One run of rows in the gap ledger. */
export interface GapEntry {
  readonly kind: GapKind
  /** Time of the first row concerned. */
  readonly fromMs: TimeMs
  /** Exclusive end: for bars the close of the last bar concerned, else one millisecond past the last row. */
  readonly toMs: TimeMs
  /** Rows concerned. */
  readonly count: number
  /** In words: "no row in the source", "same row twice", "venue closed". */
  readonly reason: string
  /** Name of the {@link DatasetSource} it was found in. */
  readonly source: string
}

/** How a generated market was made; a dataset that has this is labelled SYNTHETIC wherever it is shown. */
export interface SyntheticOrigin {
  readonly model: string
  readonly seed: number
  readonly parameters: Readonly<Record<string, number | string>>
}

/** Columns of any kind of dataset. */
export type DatasetTable = BarColumns | TradeColumns | SeriesColumns

/** What an importer or generator hands to the lake: normalised columns and what happened on the way. */
export interface ImportedDataset {
  readonly key: DatasetKey
  /** `BarColumns` for bars, `TradeColumns` for trades, `SeriesColumns` for the rest, as the `normalise` functions give. */
  readonly table: DatasetTable
  readonly source: DatasetSource
  readonly ledger: readonly GapEntry[]
  /** The instrument's grid and fees; its `source` is `inferred from data` where nobody stated them. */
  readonly spec?: InstrumentSpec | undefined
  /** True where no row means that nothing traded, so that an absent bar is no gap. */
  readonly sparse: boolean
  readonly synthetic?: SyntheticOrigin | undefined
  /** True for trades of a source without ids: their ids are row numbers, which mean nothing beyond this import. */
  readonly idsAreRowNumbers?: boolean | undefined
}

/** True for columns of bars. */
export function isBarColumns(table: DatasetTable): table is BarColumns {
  return 'openTimeMs' in table
}

/** True for columns of trades. */
export function isTradeColumns(table: DatasetTable): table is TradeColumns {
  return 'takerSide' in table
}
