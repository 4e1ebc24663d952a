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
