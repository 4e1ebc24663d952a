export {
  DATA_KINDS,
  type DataKind,
  type DatasetKey,
  type DatasetSource,
  type DatasetTable,
  type GapEntry,
  type GapKind,
  type ImportedDataset,
  isBarColumns,
  isTradeColumns,
  type SyntheticOrigin,
} from './dataset.ts'
export { convertFile, type ConvertOptions, type ConvertReport } from './convert/convert-file.ts'
export {
  downloadHistory,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadReport,
  type DownloadRequest,
} from './download/download-history.ts'
export {
  HISTORY_COLUMNS,
  HISTORY_KINDS,
  historyDatasetKey,
  type HistoryKind,
  type HistoryRow,
  historyTimeframe,
} from './download/history-kind.ts'
export type { HistoryPage, HistoryRequest, HistorySource } from './download/history-source.ts'
export type { TimeSpan } from './download/time-span.ts'
export { clipGaps, findGaps, type FindGapsOptions } from './gaps.ts'
export { type GenerateOptions, generateMarket, MARKET_MODELS, type MarketModel } from './generate/generate-market.ts'
export { checksumWorkloadBars, checksumWorkloadFeed, checksumWorkloadTrades } from './generate/workload-checksum.ts'
export { type FeedColumns, FeedKind, workloadFeed } from './generate/workload-feed.ts'
export { workloadBars, workloadBasket, workloadTrades } from './generate/workload.ts'
export { WORKLOAD_SEED, xorshift32 } from './generate/xorshift32.ts'
export { importFile } from './import/import-file.ts'
export type { ImportOptions, ImportProgress, InstrumentTemplate } from './import/import-options.ts'
export { findFeeSchedule, listFeeSchedules } from './instruments/shipped-fee-schedules.ts'
export { findMarginTiers, listMarginTiers, readMarginTiers } from './instruments/margin-tier-files.ts'
export { findShippedInstrument, listShippedInstruments } from './instruments/shipped-instruments.ts'
export { keyText } from './lake/dataset-key.ts'
export { type DatasetRecord, type ImportedSource, type MonthFile } from './lake/dataset-record.ts'
export { type ExportFormat, type ExportOptions, type ExportReport } from './lake/export-dataset.ts'
export { type Lake, type LakeOptions, openLake } from './lake/lake.ts'
export { type BrokenDataset, type DatasetList } from './lake/list-datasets.ts'
export { type Loaded, type LoadedBars, type LoadedSeries, type LoadedTrades } from './lake/load-rows.ts'
export { type TimeWindow } from './lake/read-dataset.ts'
export { type DatasetProblem, type VerifyReport } from './lake/verify-dataset.ts'
export { type OnConflict, type WriteReport } from './lake/write-dataset.ts'
export { normaliseBars, type NormaliseBarsOptions, type RawBars } from './normalise/normalise-bars.ts'
export { normaliseSeries, SERIES_COLUMNS, type SeriesKind } from './normalise/normalise-series.ts'
export { allocateTrades, normaliseTrades } from './normalise/normalise-trades.ts'
export { settlementTimeMs } from './normalise/settlement-grid.ts'
export { isPlausibleMs, type NormaliseContext } from './normalise/row-context.ts'
export { type DuckDbOptions } from './parquet/duckdb.ts'
export { type ReadColumn, readParquetColumns } from './parquet/read-parquet.ts'
export { type Int64Column, type ParquetColumn, type ParquetColumns, writeParquet } from './parquet/write-parquet.ts'
export { barsFromTrades, type TradeBars } from './resample/bars-from-trades.ts'
export { resampleBars, type ResampleOptions } from './resample/resample-bars.ts'
export { type BarSpec, type ExpectedBarOptions, type TradeWeight } from './trade-bars/bar-rule.ts'
export { type DeltaColumns, DeltaMeter, tradeDeltas } from './trade-bars/delta.ts'
export {
  type Footprint,
  footprint,
  FootprintBuilder,
  type FootprintLevels,
  type FootprintOptions,
} from './trade-bars/footprint.ts'
export { type TradeBarColumns } from './trade-bars/growing-trade-bars.ts'
export { InformationBarBuilder } from './trade-bars/information-bar-builder.ts'
export { barColumnsOf, type InformationBars, informationBars } from './trade-bars/information-bars.ts'
export { namedBarSpec } from './trade-bars/named-bar-spec.ts'
export { TimeBarBuilder } from './trade-bars/time-bar-builder.ts'
export {
  type BulkVpinOptions,
  type VpinColumns,
  VpinMeter,
  vpinOfBars,
  vpinOfTrades,
  type VpinOptions,
} from './trade-bars/vpin.ts'
