export { type Clock, ManualClock, systemClock } from './clock.ts'
export {
  allocateBars,
  type BarColumns,
  lowerBound,
  type SeriesColumns,
  sliceBars,
  type TradeColumns,
} from './columns.ts'
export { DataError, KestrelError, type KestrelErrorOptions, type Retry, UsageError } from './errors.ts'
export {
  type Instrument,
  type InstrumentId,
  type InstrumentKind,
  type InstrumentName,
  instrumentOf,
  type InstrumentSpec,
  instrumentSpecSchema,
  parseInstrumentId,
  type Settlement,
} from './instrument.ts'
export {
  type MarginTierProblem,
  marginTierProblem,
  type MarginTierTable,
  marginTierTableSchema,
  type MarginTierTableSpec,
} from './margin-tiers.ts'
export { normalCdf, normalQuantile } from './normal.ts'
export {
  type DecimalStep,
  decimalStep,
  numberToSteps,
  OffGridError,
  type PriceTicks,
  type QtyLots,
  type RoundingMode,
  roundToSteps,
  stepsToNumber,
  stepsToText,
} from './precision.ts'
export { createRng, type Rng } from './rng.ts'
export {
  bucketStart,
  isoDay,
  isoTime,
  type TimeMs,
  type Timeframe,
  timeframeMs,
  timeframeOf,
  type TimeUs,
} from './time.ts'
