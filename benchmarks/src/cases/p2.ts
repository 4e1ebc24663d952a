import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atLeast, atMost, type Mark } from '../mark.ts'
import { differs } from '../reference/difference.ts'
import { P2_ANSWERS, P2_CHECKSUMS } from '../reference/p2-answer.ts'

const FULL = 200_000
/** What slow engines are given, once. */
const FEW = 10_000
const HALF = 100_000

const GRID = 'a grid of brackets'
const GROWTH = 'growth'
const OURS = 'kestrel'
const BACKTESTING = 'backtesting'

const ours = { engine: OURS, runtime: 'node', script: 'src/cells/p2-kestrel.ts' } as const
const RULES = 'its own rules inside a bar, so other fills'

const OUR_CELLS: readonly CellSpec[] = [
  { ...ours, group: GRID, size: FULL, runs: 5 },
  { ...ours, engine: `${OURS}, half the bars`, group: GROWTH, size: HALF, runs: 5 },
  { ...ours, engine: `${OURS}, ${FEW} bars`, group: GROWTH, size: FEW, runs: 15 },
]

const PEERS: readonly CellSpec[] = [
  {
    engine: BACKTESTING,
    group: GRID,
    runtime: 'python',
    script: 'peers/python/p2_backtesting.py',
    size: FEW,
    runs: 0,
    packages: ['backtesting'],
    note: `${RULES}; ${FEW} bars`,
  },
  {
    engine: 'nautilus_trader',
    group: GRID,
    runtime: 'python',
    script: 'peers/python/p2_nautilus.py',
    size: FEW,
    runs: 0,
    packages: ['nautilus_trader'],
    environment: 'nautilus',
    note: `${RULES}; ${FEW} bars`,
  },
]

/** Many orders at once: hundreds of thousands are sent, cancelled and filled. */
export const p2: BenchCase = {
  name: 'P2',
  about:
    'Twenty limit orders around the close, each with a target and a stop, replaced every ten bars: 1.2 million orders and ' +
    '566,000 fills on 200,000 bars, from arrays in memory to equity at every bar. Ours gives the fills of a slow, obvious ' +
    'matcher; other engines have their own rules inside a bar.',
  unit: 'us per bar',
  nsPerTimeUnit: 1_000,
  seed: WORKLOAD_SEED,
  checksum: P2_CHECKSUMS[FULL] as string,
  cells: ({ peers }) => [...OUR_CELLS, ...(peers ? PEERS : [])],
  differences(cell, outcome, checksum) {
    const data = differs('checksum of the data', checksum, P2_CHECKSUMS[cell.size], 0)
    if (!cell.engine.startsWith(OURS)) return data
    const right = P2_ANSWERS[cell.size]
    return [
      ...data,
      ...differs('number of orders', outcome['orders'], right?.orders, 0),
      ...differs('number of fills', outcome['fills'], right?.fills, 0),
      ...differs('end equity', outcome['endEquity'], right?.endEquity, 1e-12),
    ]
  },
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const time = (engine: string): number | undefined => results.find((each) => each.engine === engine)?.median
  const mine = time(OURS)
  if (mine === undefined) return []
  const half = time(`${OURS}, half the bars`)
  const peer = time(BACKTESTING)
  return [
    ...atMost('Time', 2, mine, 'us a bar'),
    ...atMost('Twice the bars', 1.2, half === undefined ? undefined : mine / half, 'times the time a bar'),
    ...atLeast('Against backtesting.py', 50, peer === undefined ? undefined : peer / mine, 'times as fast'),
  ]
}
