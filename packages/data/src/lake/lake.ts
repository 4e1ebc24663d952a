import { type Clock, type InstrumentId, systemClock, type Timeframe } from '@kestrel/core'

import type { DatasetKey, ImportedDataset } from '../dataset.ts'
import type { SeriesKind } from '../normalise/normalise-series.ts'
import type { DuckDbOptions } from '../parquet/duckdb.ts'
import { checkedKey, datasetFolder } from './dataset-key.ts'
import { type DatasetRecord, readRecord } from './dataset-record.ts'
import { type LakeContext, lakeFolders } from './lake-context.ts'
import { type DatasetList, listLake } from './list-datasets.ts'
import { type LoadedBars, type LoadedSeries, type LoadedTrades, loadBars, loadSeries, loadTrades } from './load-rows.ts'
import { deleteDataset } from './delete-dataset.ts'
import { exportDataset, type ExportOptions, type ExportReport } from './export-dataset.ts'
import { verifyDataset, type VerifyReport } from './verify-dataset.ts'
import type { TimeWindow } from './read-dataset.ts'
import { type OnConflict, writeDataset, type WriteReport } from './write-dataset.ts'

export interface LakeOptions extends DuckDbOptions {
  /** Clock for the time of an import and of a lock. Nothing that is loaded depends on it. Default: the machine's. */
  readonly clock?: Clock
  /** Keep decoded columns under `<dataDir>/cache`, so that later loads skip Parquet. Default true. */
  readonly cache?: boolean
}

/**
 * The market data under a folder: `<dataDir>/lake` holds the datasets, `<dataDir>/cache` what can be made anew.
 *
 * Every result is read-only; its columns lie on shared memory, ready for workers. Loading never writes to the lake and needs
 * no lock; one process at a time writes.
 */
export interface Lake {
  readonly dataDir: string

  /**
   * Adds normalised rows to a dataset, or makes it. Rows that are there already, the same, are counted and no more.
   *
   * @param options.onConflict - What to do at keys where lake and import differ. Default `error`.
   * @throws DataError `DATA_CONFLICT`, `DATA_MIXED`, `DATA_LAKE_BUSY`, `DATA_DISK_FULL`, `DATA_WRITE_DENIED`, `DATA_EMPTY`.
   */
  write(imported: ImportedDataset, options?: { readonly onConflict?: OnConflict }): Promise<WriteReport>

  /**
   * Bars whose open time lies in the window (`toMs` exclusive). Where the timeframe is not stored, they are made of the
   * longest stored timeframe that divides it, else of trades, and `derivedFrom` says so.
   *
   * @throws DataError `DATA_NOT_FOUND`, `DATA_WINDOW_EMPTY`, `DATA_CORRUPT`.
   */
  loadBars(instrument: InstrumentId, timeframe: Timeframe, window?: TimeWindow): Promise<LoadedBars>

  /** Trades whose time lies in the window. Errors as of {@link Lake.loadBars}. */
  loadTrades(instrument: InstrumentId, window?: TimeWindow): Promise<LoadedTrades>

  /** Funding, marks or a named series whose event time lies in the window. Errors as of {@link Lake.loadBars}. */
  loadSeries(key: DatasetKey & { readonly kind: SeriesKind }, window?: TimeWindow): Promise<LoadedSeries>

  /** Every dataset's catalog entry, and the folders whose catalog file cannot be used. */
  list(): Promise<DatasetList>

  /** The catalog entry of a dataset, `undefined` where the lake has none. */
  find(key: DatasetKey): Promise<DatasetRecord | undefined>

  /**
   * Reads a dataset's files again and compares everything with its catalog entry; problems are data, not errors.
   *
   * @throws DataError `DATA_NOT_FOUND`, `DATA_CATALOG`.
   */
  verify(key: DatasetKey): Promise<VerifyReport>

  /**
   * Writes a dataset or a window of it to a CSV, Parquet, JSON or NDJSON file.
   *
   * @throws UsageError `DATA_EXPORT_FORMAT`; DataError `DATA_NOT_FOUND`, `DATA_EXPORT_FOLDER`, `DATA_DISK_FULL`, `DATA_WRITE_DENIED`.
   */
  export(key: DatasetKey, path: string, options?: ExportOptions): Promise<ExportReport>

  /**
   * Removes a dataset, also one whose catalog file is broken.
   *
   * @throws DataError `DATA_NOT_FOUND`, `DATA_LAKE_BUSY`, `DATA_WRITE_DENIED`.
   */
  delete(key: DatasetKey): Promise<DatasetRecord | undefined>

  /** Waits for cache files that are being written. Not needed for correctness: an unwritten cache is written next time. */
  close(): Promise<void>
}

/** Opens the lake under a data folder. Nothing is created until something is written. */
export function openLake(dataDir: string, options: LakeOptions = {}): Lake {
  const { clock = systemClock, cache = true, threads, memoryLimitMb } = options
  const context: LakeContext = Object.freeze({
    ...lakeFolders(dataDir),
    clock,
    cache,
    duckdb: Object.freeze({ threads, memoryLimitMb }),
    pending: new Set<Promise<unknown>>(),
  })
  return Object.freeze<Lake>({
    dataDir,
    write: async (imported, { onConflict = 'error' } = {}) => writeDataset(context, imported, onConflict),
    loadBars: async (instrument, timeframe, window = {}) => loadBars(context, instrument, timeframe, window),
    loadTrades: async (instrument, window = {}) => loadTrades(context, instrument, window),
    loadSeries: async (key, window = {}) => loadSeries(context, key, window),
    list: async () => listLake(context.lakeFolder),
    find: async (key) => {
      const checked = checkedKey(key)
      return readRecord(datasetFolder(context.lakeFolder, checked), checked)
    },
    verify: async (key) => verifyDataset(context, key),
    export: async (key, path, options = {}) => exportDataset(context, key, path, options),
    delete: async (key) => deleteDataset(context, key),
    close: async () => {
      await Promise.allSettled(context.pending)
    },
  })
}
