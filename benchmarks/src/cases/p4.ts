import { WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atMost, type Mark } from '../mark.ts'
import { differs } from '../reference/difference.ts'
import { p4ByHand, type P4Outcome } from '../reference/p4-by-hand.ts'

const ASSETS = 100
const BARS = 100_000
const CHECKSUM = 'e10376c4'
const REBALANCED = 'rebalanced every sixtieth bar'
const OURS = 'kestrel'

/** What two other engines agree on. */
export const P4_PUBLISHED: P4Outcome = { orders: 115_019, endEquity: 502_974_335.3597 }

/** The published figure has four decimals. */
const TOLERANCE = 1e-12

const base = { group: REBALANCED, size: BARS, units: ASSETS * BARS } as const
const vectorbt = {
  ...base,
  runtime: 'python',
  script: 'peers/python/p4_vectorbt.py',
  packages: ['vectorbt', 'vectorbt-rust'],
  runs: 3,
} as const

const OUR_CELLS: readonly CellSpec[] = [
  { ...base, engine: OURS, runtime: 'node', script: 'src/cells/p4-kestrel.ts', runs: 5 },
  {
    ...base,
    engine: 'V8, written by hand',
    runtime: 'node',
    script: 'src/cells/p4-by-hand.ts',
    runs: 7,
    note: 'a loop for this rule alone: the floor',
  },
]

const PYTHON_PEERS: readonly CellSpec[] = [
  {
    ...base,
    engine: 'numba, written by hand',
    runtime: 'python',
    script: 'peers/python/p4_numba.py',
    packages: ['numba'],
    runs: 7,
    note: 'a loop for this rule alone',
  },
  { ...vectorbt, engine: 'vectorbt (numba kernels)', args: ['--engine', 'numba'] },
  { ...vectorbt, engine: 'vectorbt (Rust kernels)', args: ['--engine', 'rust'] },
]

/** One portfolio of many instruments. */
export const p4: BenchCase = {
  name: 'P4',
  about:
    'A hundred instruments over 100,000 bars with one account: equal weights over those whose fast average is above the ' +
    'slow one, every sixtieth bar, equity at every bar. Ours is the general kernel.',
  unit: 'ns per asset-bar',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: CHECKSUM,
  cells: ({ peers }) => [...OUR_CELLS, ...(peers ? PYTHON_PEERS : [])],
  differences: (cell, outcome, checksum) => p4Differences(cell.size, outcome, checksum),
  marks,
}

/** How an answer to P4 differs from the right one. */
function p4Differences(bars: number, outcome: Readonly<Record<string, unknown>>, checksum: string): readonly string[] {
  const right = bars === BARS ? P4_PUBLISHED : rightAnswer(bars)
  return [
    ...differs('checksum of the data', checksum, bars === BARS ? CHECKSUM : checksum, 0),
    ...differs('number of orders', outcome['orders'], right.orders, 0),
    ...differs('end equity', outcome['endEquity'], right.endEquity, TOLERANCE),
  ]
}

function rightAnswer(bars: number): P4Outcome {
  return p4ByHand(Array.from({ length: ASSETS }, (_, index) => workloadBars(bars, WORKLOAD_SEED + index)))
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const mine = results.find((each) => each.engine === OURS)
  return mine === undefined ? [] : atMost('Time', 25, mine.median, 'ns an asset-bar')
}
