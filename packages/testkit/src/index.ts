export type { Fault, SeenRequest } from './history/fault.ts'
export { type HistoryExchange, type HistoryExchangeOptions, startHistoryExchange } from './history/history-exchange.ts'
export { type MarketBar, type MarketOptions, type MarketTrade, RecordedMarket } from './history/recorded-market.ts'
