/**
 * P4 with our engine: the general kernel and a strategy over a basket, from arrays in memory to statistics and the equity
 * of every bar.
 */
import { barStatistics, tuneCompiler } from '@kestrel/backtest'
import { checksumWorkloadBars, WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import { measureCell } from '../cell/measure-cell.ts'
import { runP4 } from '../reference/p4-kestrel-run.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['assets'])
const assets = Number(option('assets', '100'))

// As the command does before a run.
tuneCompiler()

await measureCell({
  version: engineVersion(),
  runs,
  prepare: () => Array.from({ length: assets }, (_, index) => workloadBars(units, WORKLOAD_SEED + index)),
  checksum: ([first]) => (first === undefined ? '' : checksumWorkloadBars(first)),
  run(basket) {
    const run = runP4(basket)
    return { run, statistics: barStatistics(run.equity.equity, run.startEquity) }
  },
  outcome: ({ run }) => ({ orders: run.fills.length, endEquity: run.endEquity }),
})
