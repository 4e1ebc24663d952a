export {
  type ContractTerms,
  DEFAULT_MARGIN_TABLE,
  type MarginOptions,
  marginSetup,
  type MarginSetup,
  type PositionMode,
} from './account/contract-terms.ts'
export { type FundingRecord } from './account/funding-desk.ts'
export { instrumentExcess, isolatedExcess, placeLiquidationPrice } from './account/liquidation-risk.ts'
export { MarginAccount } from './account/margin-account.ts'
export { type InterestRecord } from './account/interest-desk.ts'
export { type BorrowTerms, MARGIN_CALL_FEE_RATE, MARGIN_CALL_LEVEL, SpotBorrowing } from './account/spot-borrowing.ts'
export { type DecisionMode } from './decision-log.ts'
export { EventLog, LOG_KINDS, type LogEntry, type LogKind } from './event-log.ts'
export { type FundingEvent } from './funding-timeline.ts'
export { GroupKeeper, type GroupVenue } from './group-keeper.ts'
export {
  type BracketRequest,
  type BracketView,
  type GroupRequest,
  type GroupView,
  type StopTerms,
  type TargetTerms,
} from './group-request.ts'
export {
  twap,
  type TwapOrder,
  type TwapRequest,
  type VolumeSlicedOrder,
  volumeSlices,
  type VolumeSlicesRequest,
  type WorkedOrder,
} from './execution-plan.ts'
export {
  type FeedBar,
  type FeedBook,
  type FeedBookLevel,
  type FeedMark,
  type FeedQuote,
  type FeedStatus,
  type FeedTrade,
  type MarketFeed,
} from './gateway/market-feed.ts'
export {
  type AccountStreamHandlers,
  type AmendTerms,
  type FundingPayment,
  type GatewayAbilities,
  type KeyRights,
  type OrderReference,
  type OutgoingOrder,
  type StreamStatus,
  type Subscription,
  type TradingGateway,
  type VenueBalance,
  type VenueFill,
  type VenueOrder,
  type VenueOrderState,
  type VenuePosition,
} from './gateway/trading-gateway.ts'
export { type BarRow, GrowingMarket } from './growing-market.ts'
export { type Indicators } from './indicator-board.ts'
export { Kernel } from './kernel.ts'
export { type Ledger } from './ledger.ts'
export {
  type KernelConfig,
  type OpenPosition,
  type RunControl,
  type RunRecords,
  type SizeMode,
} from './kernel-config.ts'
export { type MarketData, type UniverseEntry } from './market.ts'
export { type ApprovedGroup, type GroupLink, type MemberStart, type OrderGroup } from './order-group.ts'
export { isFinal, ORDER_TRANSITIONS, OrderTransitionError } from './order-state.ts'
export {
  type ApprovedOrder,
  type ClosePositionRequest,
  type Order,
  type OrderRequest,
  type OrderView,
  type PositionSide,
} from './order.ts'
export { type PlotSeries } from './plot-log.ts'
export { type PublicTrade } from './public-trade.ts'
export {
  type DecisionRecord,
  type EquityColumns,
  type FillLiquidity,
  type FillRecord,
  type OrderRecord,
  type OrderState,
  type OrderType,
  type Side,
  type TimeInForce,
  type TradeRecord,
  type TriggerSource,
} from './records.ts'
export {
  parseProtection,
  protectionOf,
  protectionSchema,
  type ProtectionSpec,
  protectionText,
} from './protections/protection-spec.ts'
export { type RiskLimits } from './risk.ts'
export { type RoundTrip } from './round-trips.ts'
export { type BarsView, type ClosedBar, type SeriesView } from './series-view.ts'
export { type SideSeries, type SignalEvent } from './side-series.ts'
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
export {
  type AccountView,
  type AmendedTerms,
  type Execution,
  type FeePayment,
  type Liquidation,
  type Venue,
  type VenueEvents,
  type VenueFactory,
} from './venue.ts'
export { bankruptcyPrice, type LiquidationOutcome, settleLiquidation } from './margin/bankruptcy.ts'
export { borrowedHours, compoundBorrowInterest, simpleBorrowInterest } from './margin/borrow-interest.ts'
export {
  averageEntryPrice,
  contractFee,
  contractNotional,
  contractPnl,
  type ContractPosition,
  positionNotional,
  positionPnl,
} from './margin/contract-value.ts'
export {
  type CrossAccount,
  type CrossPosition,
  isLiquidated,
  marginRatio,
  sumCrossAccount,
} from './margin/cross-account.ts'
export { fundingPayment } from './margin/funding-payment.ts'
export { hedgedExcess, hedgedLiquidationPrice } from './margin/hedged-liquidation.ts'
export { crossCollateral, liquidationPrice, marginExcess, requiredMargin } from './margin/liquidation-price.ts'
export {
  LIQUIDATION_RULES,
  LIQUIDATION_VENUES,
  type LiquidationRule,
  type LiquidationVenue,
  type MarginMode,
} from './margin/liquidation-rule.ts'
export {
  initialMargin,
  leverageProblem,
  maintenanceMargin,
  type MarginTiers,
  marginTiersOf,
  maxLeverageAt,
  tierIndexOf,
} from './margin/margin-tiers.ts'
