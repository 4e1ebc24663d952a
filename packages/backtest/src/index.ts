export {
  checkStrategy,
  type CheckOptions,
  type StrategyCheck,
  type StrategyCheckReport,
} from './contract/check-strategy.ts'
export { contractMarket, type ContractMarket, type ContractMarketOptions } from './contract/contract-market.ts'
export { barStatistics, type BarStatistics } from './metrics/bar-statistics.ts'
export { type Basis } from './metrics/basis.ts'
export { type BenchmarkColumns } from './metrics/benchmark.ts'
export { compatMetrics } from './metrics/compat/compat-metrics.ts'
export { COMPAT_MODES, type CompatMetrics, type CompatMode } from './metrics/compat/compat-mode.ts'
export { computeMetrics } from './metrics/compute-metrics.ts'
export { type CashFlow, type DailyEquity, dailyEquity, type DailyEquityOptions } from './metrics/daily-equity.ts'
export { type Drawdown, underwater } from './metrics/drawdown.ts'
export { metricsJson, withNulls } from './metrics/metrics-json.ts'
export { type BenchmarkMetrics, type Metrics, type MetricsInput, type RunMetrics } from './metrics/metrics.ts'
export { rollingStatistics } from './metrics/rolling.ts'
export {
  deflatedSharpe,
  expectedMaxSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  type Trials,
} from './metrics/sharpe-significance.ts'
export { runPicture, type RunPictureOptions } from './picture/run-picture.ts'
export { buildReportModel, type ReportInput } from './report/build-report-model.ts'
export { type Finding, type FindingsInput, type HeldPosition, type Severity } from './report/findings/finding.ts'
export { findings } from './report/findings/findings.ts'
export { type DataGap } from './report/gap-profit.ts'
export { renderReport } from './report/render-report.ts'
export { type Html } from './report/html.ts'
export { reportKit } from './report/report-kit.ts'
export { type Provenance, type ReportModel } from './report/report-model.ts'
export { type FundingMode, requireFunding } from './run/require-funding.ts'
export { type MarkBars, markBarsOver } from './venue/mark-bars.ts'
export { type BacktestConfig, type BacktestData, type ResolvedConfig, resolveConfig } from './run/backtest-config.ts'
export {
  type Backtest,
  type BacktestOptions,
  type BacktestPass,
  type BandRow,
  type RealismBand,
  runBacktest,
} from './run/run-backtest.ts'
export { sessionKernel } from './run/session-kernel.ts'
export { prepareData, type SessionVenue, type Simulation, simulate } from './run/simulate.ts'
export { tradesHash } from './run/trades-hash.ts'
export { tuneCompiler } from './run/tune-compiler.ts'
export { refineBars, windowOf } from './run/execution-bars.ts'
export { BASE_FILL_MODEL, checkFillModel, type FillModel, harsher, kinder } from './venue/fill-model.ts'
export { type PrintBars, printBars } from './venue/print-bars.ts'
export { type QueueAhead, type QueueEstimate, queueFromPrints } from './venue/queue-ahead.ts'
export { type StatedFillModel } from './venue/cost-terms.ts'
export { SimulatedVenue } from './venue/simulated-venue.ts'
export { type TradedInstrument, TradeVenue } from './venue/trade-venue.ts'
export { gapProfit, type GapProfit } from './report/gap-profit.ts'
export {
  type FeeCharge,
  feeChargeOf,
  feeRateOf,
  type FeeSchedule,
  feeScheduleOf,
  feeScheduleSchema,
  type FeeScheduleSpec,
  type Liquidity,
} from './costs/fee-schedule.ts'
export { type LatencyModel, latencyModel, latencyModelSchema, type LatencyModelSpec } from './costs/latency-model.ts'
export { RollingVolume } from './costs/rolling-volume.ts'
export {
  fillableQuantity,
  type MarketActivity,
  slippageBps,
  type SlippageModel,
  slippageModelSchema,
  type SlippageModelSpec,
} from './costs/slippage-model.ts'
export { abdiRanaldoSquaredSpread, corwinSchultzSpread } from './costs/spread-estimators.ts'
export { spreadColumn, type SpreadModel, spreadModelSchema, type SpreadModelSpec } from './costs/spread-model.ts'
export { trailingDay, type TrailingDay } from './costs/trailing-day.ts'
