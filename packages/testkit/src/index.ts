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
