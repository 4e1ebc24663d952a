import type { CellSpec } from '../bench-case.ts'

/** Groups of the rows of P1: rows of one group did the same work. */
export const CLOSE = 'fill at the close'
export const NEXT_OPEN = 'fill at the next open'

/** Rows that the marks name. */
export const NUMBA = 'numba, written by hand'
export const VECTORBT_RUST = 'vectorbt (Rust kernels, all statistics)'
export const BACKTESTING = 'backtesting'

/** Note of engines whose curve shows a fill at the close one bar late; the case compares their Sharpe accordingly. */
export const LATE_FEE = 'books a fill at the close one bar later, so its Sharpe is that of the next open'

const MILLION = 1_000_000
/** Engines that need tens of microseconds a bar run on fewer bars, and their row says so. */
const FEW = 100_000

const python = (script: string) => ({ runtime: 'python', script: `peers/python/${script}`, size: MILLION }) as const
const vectorbt = {
  ...python('p1_vectorbt.py'),
  group: CLOSE,
  packages: ['vectorbt', 'vectorbt-rust'],
  runs: 7,
} as const
const numba = {
  ...python('p1_numba.py'),
  engine: NUMBA,
  packages: ['numba'],
  runs: 15,
  note: 'a loop for this rule alone',
} as const
const backtesting = { ...python('p1_backtesting.py'), engine: BACKTESTING, packages: ['backtesting'], runs: 3 } as const

export const P1_PYTHON_PEERS: readonly CellSpec[] = [
  { ...numba, group: CLOSE },
  {
    ...python('p1_numpy.py'),
    engine: 'numpy, whole arrays',
    group: CLOSE,
    packages: ['numpy'],
    runs: 15,
    note: 'for this rule alone',
  },
  { ...vectorbt, engine: 'vectorbt (numba kernels, four metrics)', args: ['--engine', 'numba'] },
  { ...vectorbt, engine: 'vectorbt (Rust kernels, four metrics)', args: ['--engine', 'rust'] },
  { ...vectorbt, engine: 'vectorbt (numba kernels, all statistics)', args: ['--engine', 'numba', '--stats', 'all'] },
  { ...vectorbt, engine: VECTORBT_RUST, args: ['--engine', 'rust', '--stats', 'all'] },
  { ...backtesting, group: CLOSE, note: LATE_FEE },
  {
    ...python('p1_nautilus.py'),
    engine: 'nautilus_trader',
    group: CLOSE,
    packages: ['nautilus_trader'],
    environment: 'nautilus',
    size: FEW,
    runs: 2,
    note: LATE_FEE,
  },
  {
    ...python('p1_backtrader.py'),
    engine: 'backtrader',
    group: CLOSE,
    packages: ['backtrader'],
    size: FEW,
    runs: 2,
    note: LATE_FEE,
  },
  { ...numba, group: NEXT_OPEN, args: ['--fill', 'next-open'] },
  { ...backtesting, group: NEXT_OPEN, args: ['--fill', 'next-open'] },
]
