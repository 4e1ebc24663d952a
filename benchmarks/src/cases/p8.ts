import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { P8_ANSWERS, P8_BARS, type P8Bar, p8Differences } from '../reference/p8-answer.ts'
import { p8File, prepareP8 } from '../reference/p8-file.ts'

const TRADES = 20_000_000
const OURS = 'kestrel'
const NUMBA = 'numba, written by hand (Python)'

const GROUPS: Readonly<Record<P8Bar, string>> = {
  '1s': 'bars of 1 s',
  '1min': 'bars of 1 min',
  volume: 'volume bars of 100 lots',
}

/** A row of each group. */
const row = (cell: Omit<CellSpec, 'group' | 'size'>): readonly CellSpec[] =>
  P8_BARS.map((bar) => ({ ...cell, group: GROUPS[bar], size: TRADES, args: ['--bar', bar, ...(cell.args ?? [])] }))

const npm = (name: string, script: string): readonly CellSpec[] =>
  row({
    engine: name,
    runtime: 'npm',
    script: `peers/npm/${script}.mjs`,
    packages: [name],
    runs: 3,
    args: ['--file', p8File(TRADES)],
  })

const python = (engine: string, script: string, packages: readonly string[], runs = 3): readonly CellSpec[] =>
  row({ engine, runtime: 'python', script: `peers/python/p8_${script}.py`, packages, runs })

const PYTHON_ROWS: readonly CellSpec[] = [
  ...python(NUMBA, 'numba', ['numba'], 5),
  ...python('duckdb (Python)', 'duckdb', ['duckdb', 'pandas', 'numba']),
  ...python('polars (Python)', 'polars', ['polars', 'numba']),
  ...python('pandas (Python)', 'pandas', ['pandas', 'numba']),
]

/** Bars from trades. */
export const p8: BenchCase = {
  name: 'P8',
  about:
    'Twenty million trades in memory to bars: open, high, low, close, volume, bought volume and number of trades. Every ' +
    'column is compared to the last bit. Ours also checks the order and the ids of the trades and gives the times of bars.',
  unit: 'ns per trade',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: P8_ANSWERS[TRADES]?.trades ?? '',
  prepare: async () => await prepareP8(TRADES),
  cells: ({ peers }) => {
    const ours = row({ engine: OURS, runtime: 'node', script: 'src/cells/p8-kestrel.ts', runs: 7 })
    const others = [...npm('@duckdb/node-api', 'p8-duckdb'), ...npm('nodejs-polars', 'p8-polars')]
    const all = [...ours, ...others, ...(peers ? PYTHON_ROWS : [])]
    return P8_BARS.flatMap((bar) => all.filter(({ group }) => group === GROUPS[bar]))
  },
  differences: p8Differences,
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const time = (engine: string, bar: P8Bar): number | undefined =>
    results.find((each) => each.engine === engine && each.group === GROUPS[bar])?.median
  return [
    ...atMost('Bars of 1 s', 10, time(OURS, '1s'), 'ns a trade'),
    ...atMost('Bars of 1 min', 10, time(OURS, '1min'), 'ns a trade'),
    ...atMost('Volume bars', 20, time(OURS, 'volume'), 'ns a trade'),
  ]
}
