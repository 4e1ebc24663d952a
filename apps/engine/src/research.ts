/** What notebooks and scripts import beside `kestrel`: `import { runBacktest } from 'kestrel/research'`. */
export * from '@kestrel/backtest'
export { allocateBars, type BarColumns, type Instrument, instrumentOf, type InstrumentSpec } from '@kestrel/core'
export * from '@kestrel/data'
export { configureStrategy } from '@kestrel/kernel'
export { findStrategy, STRATEGIES } from '@kestrel/strategies'
