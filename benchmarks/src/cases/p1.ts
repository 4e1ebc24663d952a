import { WORKLOAD_SEED } from '@kestrel/data'
import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atLeast, atMost, type Mark } from '../mark.ts'
import { P1_CHECKSUMS, p1Differences } from './p1-answer.ts'
import { BACKTESTING, CLOSE, NEXT_OPEN, NUMBA, P1_PYTHON_PEERS, VECTORBT_RUST } from './p1-peers.ts'

const MILLION = 1_000_000
const BASKET = 10
const GROWTH = 'growth'
const OURS = 'kestrel'
const ONE = `${OURS}, one instrument`
const TWICE = `${OURS}, twice the bars`
const TEN = `${OURS}, ten instruments`

const ours = { runtime: 'node', script: 'src/cells/p1-kestrel.ts', size: MILLION } as const
const byHand = {
  engine: 'V8, written by hand',
  runtime: 'node',
  script: 'src/cells/p1-by-hand.ts',
  size: MILLION,
  runs: 15,
  note: 'a loop for this rule alone: the floor',
} as const

const OUR_CELLS: readonly CellSpec[] = [
  { ...ours, engine: OURS, group: CLOSE, runs: 15 },
  { ...byHand, group: CLOSE },
  { ...ours, engine: OURS, group: NEXT_OPEN, runs: 15, args: ['--fill', 'next-open'] },
  { ...byHand, group: NEXT_OPEN, args: ['--fill', 'next-open'] },
  { ...ours, engine: ONE, group: GROWTH, runs: 9 },
  { ...ours, engine: TWICE, group: GROWTH, size: 2 * MILLION, runs: 9 },
  { ...ours, engine: TEN, group: GROWTH, units: BASKET * MILLION, runs: 5, args: ['--instruments', String(BASKET)] },
]

/** One event-driven backtest of a crossing of averages. */
export const p1: BenchCase = {
  name: 'P1',
  about:
    'A crossing of two moving averages on a million one-minute bars, from arrays in memory to statistics: equity at ' +
    'every bar, drawdown, Sharpe ratio, list of trades. Ours is the general kernel with the shipped strategy file.',
  unit: 'ns per bar',
  nsPerTimeUnit: 1,
  seed: WORKLOAD_SEED,
  checksum: P1_CHECKSUMS[MILLION] as string,
  cells: ({ peers }) => [...OUR_CELLS, ...(peers ? P1_PYTHON_PEERS : [])],
  differences: p1Differences,
  marks,
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const find = (engine: string, group = CLOSE): CellResult | undefined =>
    results.find((each) => each.engine === engine && each.group === group)
  const mine = find(OURS)
  const one = find(ONE, GROWTH)
  if (mine === undefined || one === undefined) return []
  const ratio = (above: number | undefined, below: number | undefined): number | undefined =>
    above === undefined || below === undefined ? undefined : above / below
  const twice = find(TWICE, GROWTH)
  const ten = find(TEN, GROWTH)
  return [
    ...atMost('Time', 55, mine.median, 'ns a bar'),
    ...atMost('Memory', 150, mine.bytesPerUnit, 'bytes a bar'),
    ...atMost('Against numba written by hand', 8, ratio(mine.median, find(NUMBA)?.median), 'times its time'),
    ...atLeast(
      "Against vectorbt's Rust kernels with its statistics",
      3,
      ratio(find(VECTORBT_RUST)?.median, mine.median),
      'times as fast',
    ),
    ...atLeast('Against backtesting.py', 100, ratio(find(BACKTESTING)?.median, mine.median), 'times as fast'),
    ...atMost('Twice the bars', 2, ratio((twice?.median ?? Number.NaN) * 2, one.median), 'times the time'),
    ...atMost(
      'Twice the bars',
      2,
      ratio((twice?.bytesPerUnit ?? Number.NaN) * 2, one.bytesPerUnit),
      'times the memory',
    ),
    ...atMost('Ten instruments', 12, ratio((ten?.median ?? Number.NaN) * BASKET, one.median), 'times the time of one'),
  ].filter(({ measured }) => !measured.startsWith('NaN'))
}
