import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { differs } from '../reference/difference.ts'
import { p6Differences } from '../reference/p6-answer.ts'
import { ALL, byGroup, npmRows, OURS, ourRows, pythonRows, TALIB } from './p6-rows.ts'

const CHECKSUM = 'e2e0a2f5'

/** Twenty indicators over whole columns. */
export const p6: BenchCase = {
  name: 'P6',
  about:
    'Twenty indicators over a million one-minute bars, from columns to columns, memory for the outputs included, with ' +
    'TA-Lib’s default parameters. A hundred values of each output are compared with TA-Lib’s to nine digits.',
  unit: 'ns per bar',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: CHECKSUM,
  cells: ({ peers }) => byGroup([...ourRows('batch'), ...(peers ? pythonRows() : []), ...npmRows('batch')]),
  differences: ({ engine }, outcome, checksum) => [
    ...differs('checksum of the data', checksum, CHECKSUM, 0),
    ...p6Differences(engine, outcome),
  ],
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const singles = (engine: string): readonly CellResult[] =>
    results.filter((each) => each.engine === engine && each.group !== ALL)
  const sum = (rows: readonly CellResult[]): number => rows.reduce((total, row) => total + row.median, 0)
  const mine = singles(OURS)
  const theirs = singles(TALIB)
  if (mine.length === 0) return []
  const time = atMost('The twenty in sum', 125, sum(mine), 'ns a bar')
  if (theirs.length !== mine.length) return time
  const slow = mine.filter((row) => {
    const peer = theirs.find(({ group }) => group === row.group)
    return peer !== undefined && row.median > 2 * peer.median
  })
  return [
    ...time,
    ...atMost('Against TA-Lib, in sum', 1.2, sum(mine) / sum(theirs), 'times its time'),
    {
      name: 'Singles more than twice as slow as TA-Lib',
      aim: 'none, or named with the reason',
      measured: slow.map(({ group }) => group).join(', ') || 'none',
      met: slow.length === 0,
    },
  ]
}
