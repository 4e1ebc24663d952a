/**
 * P2 with our engine: a grid of brackets, replaced every ten bars, through the general kernel and the simulated venue.
 * Each bracket is a position of its own: its exits are no reduce-only orders, and stand from the bar after its fill.
 */
import { barStatistics, prepareData, resolveConfig, simulate, tuneCompiler } from '@kestrel/backtest'
import { instrumentOf } from '@kestrel/core'
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { configureStrategy } from '@kestrel/kernel'
import { measureCell } from '../cell/measure-cell.ts'
import { P2_CASH, p2Grid } from '../reference/p2-grid.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs } = cellArguments([])
const rates = { makerFeeRate: 0, takerFeeRate: 0 }
const instrument = instrumentOf({ id: 'A-USDT-PERP.WORKLOAD', tickSize: '1', lotSize: '1', ...rates })

// As the command does before a run.
tuneCompiler()

await measureCell({
  version: engineVersion(),
  runs,
  prepare: () => workloadBars(units),
  checksum: checksumWorkloadBars,
  run(bars) {
    const config = resolveConfig({
      instruments: [instrument],
      timeframe: '1m',
      strategies: [configureStrategy(p2Grid)],
      cash: P2_CASH,
      sizeMode: 'units',
      fill: { spreadBps: 0, slippageBps: 0, throughTicks: 0, volumeShare: undefined },
    })
    const run = simulate(config, prepareData(config, { bars: () => bars }), config.fill)
    return { run, statistics: barStatistics(run.equity.equity, run.startEquity) }
  },
  outcome: ({ run, statistics }) => ({
    fills: run.fills.length,
    orders: run.orders.length,
    endEquity: run.endEquity,
    maxDrawdown: -statistics.maxDrawdown,
  }),
})
