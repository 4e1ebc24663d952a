export { BinanceDialect, type BinanceDialectOptions } from './exchange/binance/binance-dialect.ts'
export { BinanceMarketData } from './exchange/binance-market/binance-market-data.ts'
export type {
  AccountSpec,
  ApiKey,
  Balance,
  Income,
  MarginMode,
  MarginSummary,
  Permissions,
  Position,
  WalletName,
} from './exchange/core/account-types.ts'
export { atomsOf, atomsText } from './exchange/core/atoms.ts'
export type { MoneyAudit } from './exchange/core/audit-money.ts'
export { ExchangeCore, type ExchangeCoreOptions } from './exchange/core/exchange-core.ts'
export type { ExchangeEvent, ExchangeListener } from './exchange/core/exchange-event.ts'
export type { ExchangePort, ForeignLevel, ForeignOrder } from './exchange/core/exchange-port.ts'
export {
  type Market,
  type MarketId,
  marketIdOf,
  type MarketMode,
  type MarketSpec,
} from './exchange/core/market-spec.ts'
export type { Fill, OrderIntent, OrderState, Outcome, Placed, RejectReason } from './exchange/core/order-types.ts'
export { type CancelTimer, type ExchangeClock, ManualExchangeClock } from './exchange/flow/clock/exchange-clock.ts'
export { PacedClock, type PacedClockOptions } from './exchange/flow/clock/paced-clock.ts'
export { EXAMPLE_PERPETUAL, EXAMPLE_SPOT } from './exchange/flow/example-markets.ts'
export { historyOf } from './exchange/flow/history/bar-history.ts'
export { type MadeHistoryOptions, makeHistory } from './exchange/flow/history/made-history.ts'
export { keepTime } from './exchange/flow/keep-time.ts'
export { type MarkDriveOptions, startMarkDrive } from './exchange/flow/mark-drive.ts'
export { joinFlows, type MarketFlow } from './exchange/flow/market-flow.ts'
export {
  type GeneratedFlow,
  type GeneratedFlowOptions,
  startGeneratedFlow,
} from './exchange/flow/participants/generated-flow.ts'
export { type CandlePathOptions, startCandlePath } from './exchange/flow/path/candle-path.ts'
export { type PricePoint, startPricePath } from './exchange/flow/path/price-path.ts'
export { type RecordedFlowOptions, startRecordedFlow } from './exchange/flow/recorded/recorded-flow.ts'
export type { RawFrame } from './exchange/flow/recorded/recorded-frame.ts'
export type { ExactBar } from './exchange/flow/tape/exact-bar.ts'
export { MarketTape, type MarketTapeOptions } from './exchange/flow/tape/market-tape.ts'
export type { PublicTrade } from './exchange/flow/tape/public-trade.ts'
export type {
  ExchangeAnswer,
  ExchangeDialect,
  ExchangeRequest,
  Mount,
  StreamSession,
} from './exchange/front/dialect.ts'
export {
  type ExchangeServer,
  type ExchangeServerOptions,
  startExchangeServer,
} from './exchange/front/exchange-server.ts'
export type { Delivery, Interference, StreamInterference, StreamLine } from './exchange/front/interference.ts'
export type { LoggedRequest } from './exchange/front/request-log.ts'
export { type FaultPreset, faultPreset } from './exchange/faults/fault-presets.ts'
export { FaultPlayer, type FaultPlayerOptions, type StruckFault } from './exchange/faults/fault-player.ts'
export { type FaultSchedule, parseFaultSchedule, type ScheduledFault } from './exchange/faults/fault-schedule.ts'
export { FAULT_NAMES, type FaultDefinition, type FaultName, FAULTS } from './exchange/faults/fault-table.ts'
export { randomSchedule, type RandomScheduleOptions } from './exchange/faults/random-schedule.ts'
export type { MessageKind, RequestKind } from './exchange/faults/vocabulary.ts'
export type { FlowMaker, MarketSetup } from './exchange/local/company.ts'
export { marketOfSymbol } from './exchange/local/market-of-symbol.ts'
export {
  DEMO_ACCOUNT,
  type LocalExchange,
  type LocalVenue,
  type LocalVenueName,
  startExchange,
  type StartExchangeOptions,
} from './exchange/start-exchange.ts'
export type { Fault, SeenRequest } from './history/fault.ts'
export { type HistoryExchange, type HistoryExchangeOptions, startHistoryExchange } from './history/history-exchange.ts'
export { type MarketBar, type MarketOptions, type MarketTrade, RecordedMarket } from './history/recorded-market.ts'
export type {
  ScriptAction,
  ScriptBar,
  ScriptFill,
  ScriptOrder,
  ScriptOutcome,
  ScriptRules,
  ScriptType,
} from './matcher/order-script.ts'
export { referenceMatch } from './matcher/reference-matcher.ts'
