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
