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
