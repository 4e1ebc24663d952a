import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult } from '../bench-case.ts'
import { atLeast, atMost, type Mark } from '../mark.ts'
import { p6 } from './p6.ts'
import { ALL, byGroup, npmRows, OURS, OURS_STREAM, ourRows } from './p6-rows.ts'

/** The twenty indicators bar by bar, the value read at each. */
export const p7: BenchCase = {
  name: 'P7',
  about: 'The twenty indicators of P6 bar by bar, the value read at every bar. Our batch functions stand beside them.',
  unit: 'ns per bar',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: p6.checksum,
  cells: () => byGroup([...ourRows(OURS_STREAM), ...ourRows(OURS), ...npmRows('stream')]),
  differences: p6.differences,
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const singles = results.filter(({ group }) => group !== ALL)
  const of = (engine: string, groups: readonly string[]): number =>
    singles
      .filter((row) => row.engine === engine && groups.includes(row.group))
      .reduce((total, row) => total + row.median, 0)
  const groups = [...new Set(singles.map(({ group }) => group))]
  const mine = of(OURS_STREAM, groups)
  const batch = of(OURS, groups)
  if (mine === 0 || batch === 0) return []
  const peers = [...new Set(singles.map(({ engine }) => engine))].filter((name) => !name.startsWith(OURS))
  return [
    ...atMost('Bar by bar, in sum', 2, mine / batch, 'times the batch'),
    ...peers.flatMap((engine) => {
      const common = singles.filter((row) => row.engine === engine).map(({ group }) => group)
      return atLeast(
        `Against ${engine}, over the ${common.length} it computes alike`,
        5,
        of(engine, common) / of(OURS_STREAM, common),
        'times as fast',
      )
    }),
  ]
}
