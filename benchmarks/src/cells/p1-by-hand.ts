/** P1: the hand-written loop in V8, for the floor. */
import { checksumWorkloadBars, workloadBars } from '@kestrel/data'
import { measureCell } from '../cell/measure-cell.ts'
import { type FillRule, outcomeOf, p1ByHand } from '../reference/p1-by-hand.ts'
import { cellArguments } from './cell-arguments.ts'

const { units, runs, option } = cellArguments(['fill'])
const fill = option('fill', 'close') as FillRule

await measureCell({
  version: process.version,
  runs,
  prepare: () => workloadBars(units),
  checksum: checksumWorkloadBars,
  run: (bars) => p1ByHand(bars, fill),
  outcome: (run) => ({ ...outcomeOf(run) }),
})
