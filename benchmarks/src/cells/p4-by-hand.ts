/** P4: the hand-written loop in V8, for the floor. */
import { checksumWorkloadBars, WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import { measureCell } from '../cell/measure-cell.ts'
import { p4ByHand } from '../reference/p4-by-hand.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['assets'])
const assets = Number(option('assets', '100'))

await measureCell({
  version: process.version,
  runs,
  prepare: () => Array.from({ length: assets }, (_, index) => workloadBars(units, WORKLOAD_SEED + index)),
  checksum: ([first]) => (first === undefined ? '' : checksumWorkloadBars(first)),
  run: p4ByHand,
  outcome: ({ orders, endEquity }) => ({ orders, endEquity }),
})
