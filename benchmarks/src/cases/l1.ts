import { existsSync } from 'node:fs'
import { checksumWorkloadBars, WORKLOAD_SEED, workloadBars } from '@kestrel/data'
import type { BenchCase, CellResult, CellSpec } from '../bench-case.ts'
import { atLeast, atMost, type Mark } from '../mark.ts'
import { differs } from '../reference/difference.ts'
import { outcomeOf, p1ByHand, type P1Outcome } from '../reference/p1-by-hand.ts'

const ORDERS_A_BATCH = 300
const BATCHES = 5
const RATE = 1_000
const SECONDS = 4
const JOURNAL_ORDERS = 100_000
const PAPER_BARS = 1_000_000
/** A folder of the system that is no disk, where there is one. */
const MEMORY = '/dev/shm'

const OURS = 'kestrel'
const IN_MEMORY = 'kestrel, journal in memory'
const DISK = 'the disk alone: 8 kB written and synced'
const CCXT = 'ccxt alone, from its call'
const READ = 'rows read, hashed and parsed alone'
const BACKTEST = 'kestrel, backtest'

const CALL = 'decision to the ccxt call'
const SOCKET = 'decision to the socket'
const LOAD = 'a bar among 1,000 a second, 20 strategies, processor time'
const RECOVERY = 'recovery, an order'
const PAPER = 'paper session from a file at full speed, a bar'

const QUANTILES = { median: '0.5', '99th percentile': '0.99' } as const
type Quantile = keyof typeof QUANTILES
const grouped = (what: string, quantile: Quantile): string => `${what}, ${quantile}`

const node = { runtime: 'node', allCores: true } as const
const batches = { ...node, size: ORDERS_A_BATCH, units: 1, runs: BATCHES } as const

function latencyCells(quantile: Quantile): readonly CellSpec[] {
  const row = (engine: string, what: string, ...args: readonly string[]): CellSpec => ({
    ...batches,
    engine,
    group: grouped(what, quantile),
    script: 'src/cells/l1-latency.ts',
    args: ['--quantile', QUANTILES[quantile], ...args],
  })
  const inMemory = existsSync(MEMORY) ? ['--folder', MEMORY] : undefined
  return [
    row(OURS, CALL, '--until', 'call'),
    ...(inMemory === undefined ? [] : [row(IN_MEMORY, CALL, '--until', 'call', ...inMemory)]),
    { ...row(DISK, CALL, '--until', 'disk'), note: 'in the same folder, between the orders of a session' },
    row(OURS, SOCKET, '--until', 'socket'),
    ...(inMemory === undefined ? [] : [row(IN_MEMORY, SOCKET, '--until', 'socket', ...inMemory)]),
    { ...row(CCXT, SOCKET), script: 'src/cells/l1-ccxt.ts', note: 'no session, no journal: signing and sending' },
  ]
}

const CELLS: readonly CellSpec[] = [
  ...latencyCells('median'),
  ...latencyCells('99th percentile'),
  {
    ...node,
    engine: OURS,
    group: LOAD,
    script: 'src/cells/l1-load.ts',
    size: RATE * SECONDS,
    runs: 5,
    args: ['--rate', String(RATE)],
    note: 'all threads of the session’s process; bars from this process, orders through ccxt to an exchange in another',
  },
  { ...recovery('recover'), engine: OURS },
  { ...recovery('read'), engine: READ },
  { ...paper('paper'), engine: OURS },
  { ...paper('backtest'), engine: BACKTEST },
]

function recovery(how: string): Omit<CellSpec, 'engine'> {
  const script = 'src/cells/l1-recovery.ts'
  return { group: RECOVERY, runtime: 'node', script, size: JOURNAL_ORDERS, runs: 3, args: ['--how', how] }
}

function paper(mode: string): Omit<CellSpec, 'engine'> {
  const script = 'src/cells/l1-paper.ts'
  return { group: PAPER, runtime: 'node', script, size: PAPER_BARS, runs: 7, args: ['--mode', mode] }
}

/** What the loop written by hand for case P1 comes to on the bars of the paper session. */
let right: (P1Outcome & { readonly checksum: string }) | undefined

/** Live sessions. */
export const l1: BenchCase = {
  name: 'L1',
  about:
    'Paper and live sessions. From the decision of a strategy to the call of ccxt and to the socket, intent journaled and ' +
    'synced, with the real client on a local exchange; processor time under load; recovery from a journal; a paper session ' +
    'at full speed beside the backtest of the same bars.',
  unit: 'us',
  nsPerTimeUnit: 1_000,
  seed: WORKLOAD_SEED,
  checksum: 'e2e0a2f5',
  async prepare() {
    const bars = workloadBars(PAPER_BARS)
    right = { ...outcomeOf(p1ByHand(bars, 'next-open')), checksum: checksumWorkloadBars(bars) }
  },
  cells: () => CELLS,
  differences,
  marks,
}

function differences(cell: CellSpec, outcome: Readonly<Record<string, unknown>>, checksum: string): readonly string[] {
  switch (cell.group) {
    case LOAD:
      return differs('state of the session', outcome['state'], 'running', 0)
    case RECOVERY:
      return [
        ...differs('number of orders', outcome['orders'], outcome['ordersBefore'], 0),
        ...differs('number of fills', outcome['fills'], cell.size, 0),
        ...differs('move of equity', outcome['equityMoved'], 0, 0),
      ]
    case PAPER:
      return [
        ...differs('checksum of the data', checksum, right?.checksum, 0),
        ...differs('end equity', outcome['endEquity'], right?.endEquity, 1e-12),
        ...differs('list of trades', outcome['tradesHash'], right?.tradesHash, 0),
      ]
    default:
      return [
        ...differs('state of the session', outcome['state'], 'running', 0),
        ...differs('orders that were not seen on their way', outcome['measured'], true, 0),
        ...differs('number of orders without a fill', outcome['unfilled'], 0, 0),
      ]
  }
}

function marks(results: readonly CellResult[]): readonly Mark[] {
  const us = (engine: string, group: string): number | undefined =>
    results.find((each) => each.engine === engine && each.group === group)?.median
  const p99 = (engine: string, what: string): number | undefined => us(engine, grouped(what, '99th percentile'))
  const scaled = (value: number | undefined, by: number): number | undefined =>
    value === undefined ? undefined : value * by
  const [paperUs, backtestUs] = [us(OURS, PAPER), us(BACKTEST, PAPER)]
  return [
    ...atMost('Decision to the ccxt call, 99th percentile', 1, scaled(p99(OURS, CALL), 1e-3), 'ms'),
    ...atMost('The same, journal in memory', 1, scaled(p99(IN_MEMORY, CALL), 1e-3), 'ms'),
    ...atMost('Decision to the socket, 99th percentile', 5, scaled(p99(OURS, SOCKET), 1e-3), 'ms'),
    ...atMost('The same, journal in memory', 5, scaled(p99(IN_MEMORY, SOCKET), 1e-3), 'ms'),
    ...atMost('1,000 events a second, 20 strategies', 25, scaled(us(OURS, LOAD), RATE / 1e4), '% of one core'),
    ...atMost('Recovery of 100,000 orders', 3, scaled(us(OURS, RECOVERY), JOURNAL_ORDERS / 1e6), 's'),
    ...atLeast(
      'Paper session from a file',
      30,
      paperUs === undefined || backtestUs === undefined ? undefined : (100 * backtestUs) / paperUs,
      '% of the speed of the backtest',
    ),
  ]
}
