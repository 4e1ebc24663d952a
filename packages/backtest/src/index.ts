export { barStatistics, type BarStatistics } from './metrics/bar-statistics.ts'
export { type Basis } from './metrics/basis.ts'
export { type BenchmarkColumns } from './metrics/benchmark.ts'
export { compatMetrics } from './metrics/compat/compat-metrics.ts'
export { COMPAT_MODES, type CompatMetrics, type CompatMode } from './metrics/compat/compat-mode.ts'
export { computeMetrics } from './metrics/compute-metrics.ts'
export { dailyEquity } from './metrics/daily-equity.ts'
export { metricsJson, withNulls } from './metrics/metrics-json.ts'
export { type BenchmarkMetrics, type Metrics, type MetricsInput, type RunMetrics } from './metrics/metrics.ts'
export { deflatedSharpe, probabilisticSharpe, type Trials } from './metrics/sharpe-significance.ts'
export { type BacktestConfig, type BacktestData, type ResolvedConfig, resolveConfig } from './run/backtest-config.ts'
export {
  type Backtest,
  type BacktestOptions,
  type BacktestPass,
  type BandRow,
  type RealismBand,
  runBacktest,
} from './run/run-backtest.ts'
export { prepareData, type Simulation, simulate } from './run/simulate.ts'
export { tradesHash } from './run/trades-hash.ts'
export { refineBars, windowOf } from './run/execution-bars.ts'
export { BASE_FILL_MODEL, checkFillModel, type FillModel, harsher, kinder } from './venue/fill-model.ts'
export { SimulatedVenue } from './venue/simulated-venue.ts'
