export { type DecisionMode } from './decision-log.ts'
export { EventLog, LOG_KINDS, type LogEntry, type LogKind } from './event-log.ts'
export { type Indicators } from './indicator-board.ts'
export { Kernel } from './kernel.ts'
export {
  type KernelConfig,
  type OpenPosition,
  type RunControl,
  type RunRecords,
  type SizeMode,
} from './kernel-config.ts'
export { type MarketData, type UniverseEntry } from './market.ts'
export { isFinal, ORDER_TRANSITIONS, OrderTransitionError } from './order-state.ts'
export { type ApprovedOrder, type Order, type OrderRequest, type OrderView } from './order.ts'
export { type PlotSeries } from './plot-log.ts'
export {
  type DecisionRecord,
  type EquityColumns,
  type FillRecord,
  type OrderRecord,
  type OrderState,
  type OrderType,
  type Side,
  type TimeInForce,
  type TradeRecord,
} from './records.ts'
export { type RiskLimits } from './risk.ts'
export { type RoundTrip } from './round-trips.ts'
export { type BarsView, type ClosedBar, type SeriesView } from './series-view.ts'
export { StrategyError } from './strategy-error.ts'
export { configureStrategy } from './strategy-params.ts'
export {
  type AccountReader,
  defineStrategy,
  type OrderChanges,
  type PositionView,
  type StrategyContext,
  type StrategyDefinition,
  type StrategyHandlers,
  type StrategyInstance,
  type TargetAmount,
} from './strategy.ts'
export { type AccountView, type Execution, type Venue, type VenueEvents, type VenueFactory } from './venue.ts'
