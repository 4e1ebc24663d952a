import type { CellSpec } from '../bench-case.ts'
import { P6_INDICATORS } from '../reference/p6-indicators.ts'

/** Rows that the marks name. */
export const OURS = 'kestrel'
export const OURS_HUGE_PAGES = 'kestrel (huge pages)'
export const OURS_MEMORY = 'kestrel (memory given)'
export const OURS_STREAM = 'kestrel (bar by bar)'
export const TALIB = 'TA-Lib'

/** Group of the rows that compute all twenty in one call. */
export const ALL = 'all twenty, one after the other'

const MILLION = 1_000_000
/** Why a single takes more than twice TA-Lib's time, where it does. */
const REASONS: Readonly<Record<string, string>> = {
  SMA: 'a sum that cannot drift; every value is checked',
  EMA: 'every value is checked; memory for the output',
  WMA: 'two sums that cannot drift',
  DEMA: 'every value is checked; memory for the output',
  MACD: 'memory for three outputs',
  BBANDS: 'memory for three outputs, and a deviation that does not cancel',
  ATR: 'every value of three inputs is checked; memory for the output',
  ADX: 'three outputs: both directional indicators, too',
  MFI: 'sums that cannot drift; every value of four inputs is checked and copied into tiles',
  ROC: 'every value is checked, twice, because zero is refused; memory for the output',
  WILLR: 'every value of three inputs is checked and copied into tiles',
  AROON: 'three outputs: the oscillator, too',
  CMO: 'memory for the output',
  STDDEV: 'a deviation that does not cancel at any price level',
  KAMA: 'a path that cannot drift',
  PSAR: 'two outputs: the direction, too',
}
/** Whether a single's time beside TA-Lib's is explained in a note. */
export function isExplained(name: string): boolean {
  return REASONS[name] !== undefined
}

const NAMES = P6_INDICATORS.map(({ name }) => name)

const ours = { runtime: 'node', script: 'src/cells/p6-kestrel.ts', size: MILLION } as const

/** How each of our rows is measured, and what is to be known about all of its indicators. */
const OUR_MODES = {
  [OURS]: { mode: 'batch' },
  // What numpy asks the system for on its own.
  [OURS_HUGE_PAGES]: {
    mode: 'batch',
    variables: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' },
    note: 'Node started with GLIBC_TUNABLES=glibc.malloc.hugetlb=1',
  },
  [OURS_MEMORY]: { mode: 'memory', note: 'into memory that is used again' },
  [OURS_STREAM]: { mode: 'stream' },
} as const

/** One row of ours an indicator, and one for all. */
export function ourRows(engine: keyof typeof OUR_MODES): readonly CellSpec[] {
  const { mode, ...about } = OUR_MODES[engine]
  return [...NAMES, ALL].map((group) => ({
    ...ours,
    engine,
    group,
    runs: group === ALL ? 7 : 11,
    args: ['--indicator', group === ALL ? 'all' : group, '--mode', mode],
    ...(engine === OURS && REASONS[group] !== undefined ? { note: REASONS[group] } : {}),
    ...about,
  }))
}

/** A peer and the indicators it has with the rule of the case. */
interface Peer {
  readonly engine: string
  readonly runtime: CellSpec['runtime']
  readonly script: string
  readonly packages: readonly string[]
  readonly indicators: readonly string[]
  readonly environment?: string
  readonly runs: number
}

const rowsOf = ({ indicators, ...peer }: Peer, args: readonly string[] = []): readonly CellSpec[] =>
  indicators.map((name) => ({
    ...peer,
    size: MILLION,
    group: name,
    args: ['--indicator', name === ALL ? 'all' : name, ...args],
  }))

// Left out of both are indicators that they do not have, and those that give other values than TA-Lib on this data: ADX,
// PSAR and OBV of trading-signals, STOCH, MFI, PSAR and OBV of technicalindicators, and CMO without Wilder smoothing.
const TRADING_SIGNALS: Peer = {
  engine: 'trading-signals',
  runtime: 'npm',
  script: 'peers/npm/p6-trading-signals.mjs',
  packages: ['trading-signals'],
  indicators: NAMES.filter((name) => !['ADX', 'OBV', 'AROON', 'CMO', 'STDDEV', 'PSAR'].includes(name)),
  runs: 3,
}

const TECHNICALINDICATORS: Peer = {
  engine: 'technicalindicators',
  runtime: 'npm',
  script: 'peers/npm/p6-technicalindicators.mjs',
  packages: ['technicalindicators'],
  indicators: NAMES.filter((name) => !['DEMA', 'STOCH', 'MFI', 'OBV', 'AROON', 'CMO', 'KAMA', 'PSAR'].includes(name)),
  runs: 2,
}

/** Packages of npm, over whole columns or bar by bar. */
export function npmRows(mode: 'batch' | 'stream'): readonly CellSpec[] {
  return [TRADING_SIGNALS, TECHNICALINDICATORS].flatMap((peer) => rowsOf(peer, ['--mode', mode]))
}

/** Packages of PyPI. */
export function pythonRows(): readonly CellSpec[] {
  const python = { runtime: 'python', runs: 7 } as const
  const talib: Peer = {
    ...python,
    engine: TALIB,
    script: 'peers/python/p6_talib.py',
    packages: ['TA-Lib'],
    environment: 'talib',
    indicators: [...NAMES, ALL],
    runs: 11,
  }
  const polars: Peer = {
    ...python,
    engine: 'polars',
    script: 'peers/python/p6_polars.py',
    packages: ['polars'],
    indicators: NAMES.filter((name) => !['ADX', 'CCI', 'MFI', 'AROON', 'CMO', 'KAMA', 'PSAR'].includes(name)),
  }
  const vectorbt: Peer = {
    ...python,
    engine: 'vectorbt',
    script: 'peers/python/p6_vectorbt.py',
    packages: ['vectorbt'],
    indicators: ['SMA', 'EMA', 'MACD', 'BBANDS', 'OBV', 'STDDEV'],
    runs: 5,
  }
  return [...rowsOf(talib), ...rowsOf(polars), ...rowsOf(vectorbt)]
}

/** Rows of one indicator follow each other. */
export function byGroup(rows: readonly CellSpec[]): readonly CellSpec[] {
  return [...NAMES, ALL].flatMap((group) => rows.filter((row) => row.group === group))
}
