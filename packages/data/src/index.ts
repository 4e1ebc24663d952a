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
export { checksumWorkloadBars, checksumWorkloadFeed, checksumWorkloadTrades } from './generate/workload-checksum.ts'
export { type FeedColumns, FeedKind, workloadFeed } from './generate/workload-feed.ts'
export { workloadBars, workloadBasket, workloadTrades } from './generate/workload.ts'
export { WORKLOAD_SEED, xorshift32 } from './generate/xorshift32.ts'
export { findGaps, type FindGapsOptions, gapsWithin } from './gaps.ts'
export { normaliseBars, type NormaliseBarsOptions, type RawBars } from './normalise/normalise-bars.ts'
export { normaliseSeries, SERIES_COLUMNS, type SeriesKind } from './normalise/normalise-series.ts'
export { allocateTrades, normaliseTrades } from './normalise/normalise-trades.ts'
export { isPlausibleMs, type NormaliseContext } from './normalise/row-context.ts'
export { type GenerateOptions, generateMarket, MARKET_MODELS, type MarketModel } from './generate/generate-market.ts'
export { findShippedInstrument, listShippedInstruments } from './instruments/shipped-instruments.ts'
