/** What authors of strategies import: `import { defineStrategy, z } from 'kestrel'`. */
export {
  type Instrument,
  type InstrumentId,
  isoDay,
  isoTime,
  type Rng,
  type TimeMs,
  type Timeframe,
  timeframeMs,
} from '@kestrel/core'
export * as indicators from '@kestrel/indicators'
export {
  type AccountReader,
  type BarsView,
  type ClosedBar,
  defineStrategy,
  type FillRecord,
  type FundingEvent,
  type Indicators,
  type OrderChanges,
  type OrderRequest,
  type OrderState,
  type OrderType,
  type OrderView,
  type PositionView,
  type PublicTrade,
  type SeriesView,
  type Side,
  type SideSeries,
  type SignalEvent,
  type StrategyContext,
  type StrategyDefinition,
  type StrategyHandlers,
  type TargetAmount,
  type TimeInForce,
} from '@kestrel/kernel'
export { z } from 'zod'
