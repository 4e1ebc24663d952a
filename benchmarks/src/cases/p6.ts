import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { differs } from '../reference/difference.ts'
import { p6Differences } from '../reference/p6-answer.ts'
import {
  ALL,
  byGroup,
  isExplained,
  npmRows,
  OURS,
  OURS_HUGE_PAGES,
  OURS_MEMORY,
  ourRows,
  pythonRows,
  TALIB,
} from './p6-rows.ts'

const CHECKSUM = 'e2e0a2f5'

/** Twenty indicators over whole columns. */
export const p6: BenchCase = {
  name: 'P6',
  about:
    'Twenty indicators over a million one-minute bars, from columns to columns, with TA-Lib’s default parameters. Memory ' +
    'for the outputs is included but where a row says otherwise; numpy asks for it in huge pages. A hundred values of each output are compared with TA-Lib’s to nine digits.',
  unit: 'ns per bar',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: CHECKSUM,
  cells: ({ peers }) =>
    byGroup([
      ...ourRows(OURS),
      ...ourRows(OURS_HUGE_PAGES),
      ...ourRows(OURS_MEMORY),
      ...(peers ? pythonRows() : []),
      ...npmRows('batch'),
    ]),
  differences: ({ engine }, outcome, checksum) => [
    ...differs('checksum of the data', checksum, CHECKSUM, 0),
    ...p6Differences(engine, outcome),
  ],
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const singles = (engine: string): readonly CellResult[] =>
    results.filter((each) => each.engine === engine && each.group !== ALL)
  const sum = (engine: string): number => singles(engine).reduce((total, row) => total + row.median, 0)
  const theirs = singles(TALIB)
  return [OURS_HUGE_PAGES, OURS, OURS_MEMORY].flatMap((engine) => {
    const mine = singles(engine)
    if (mine.length === 0) return []
    const time = atMost(`The twenty in sum, ${engine}`, 125, sum(engine), 'ns a bar')
    if (theirs.length !== mine.length) return time
    const slow = mine.filter((row) => {
      const peer = theirs.find(({ group }) => group === row.group)
      return peer !== undefined && row.median > 2 * peer.median
    })
    return [
      ...time,
      ...atMost(`Against TA-Lib in sum, ${engine}`, 1.2, sum(engine) / sum(TALIB), 'times its time'),
      {
        name: `Singles more than twice as slow as TA-Lib, ${engine}`,
        aim: 'none, or named with the reason',
        measured: slow.map(({ group }) => group).join(', ') || 'none',
        met: slow.every(({ group }) => isExplained(group)),
      },
    ]
  })
}
