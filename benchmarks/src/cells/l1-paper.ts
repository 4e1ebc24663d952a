/**
 * L1, a paper session that is given the bars of a file as fast as it takes them, and the backtest of the same bars.
 *
 * Both read the file before the clock runs. The session journals what it takes in, on the disk; it ends when the last bar
 * is played and the journal is written. The backtest is that of case P1: from columns to statistics and list of trades.
 */
import { barStatistics, prepareData, resolveConfig, simulate, tradesHash, tuneCompiler } from '@kestrel/backtest'
import { type BarColumns, instrumentOf, ManualClock, sliceBars } from '@kestrel/core'
import { checksumWorkloadBars, importFile, isBarColumns } from '@kestrel/data'
import { configureStrategy, type TradeRecord } from '@kestrel/kernel'
import { Journal, LiveSession, RECONCILE_RULES } from '@kestrel/live'
import { smaCross } from '@kestrel/strategies'
import { join } from 'node:path'
import { measureCell } from '../cell/measure-cell.ts'
import { scratchFolder } from '../live/local-world.ts'
import { P9_INSTRUMENT, prepareCsv } from '../reference/p9-files.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { cellArguments } from './cell-arguments.ts'

/** Fewer than the slow average takes, so that it decides nothing before it plays. */
const WARM_UP = 40

const { units, runs, option } = cellArguments(['mode'])
const mode = option('mode', 'paper') as 'paper' | 'backtest'

const rates = { makerFeeRate: 0.001, takerFeeRate: 0.001 }
const instrument = instrumentOf({ id: 'A-USDT.WORKLOAD', tickSize: '1', lotSize: '1', ...rates })
const config = {
  instruments: [instrument],
  timeframe: '1m',
  strategies: [configureStrategy(smaCross, { fast: 20, slow: 50 })],
  cash: { USDT: 1e9 },
  sizeMode: 'units',
  fill: { marketFill: 'next-open', spreadBps: 0, slippageBps: 0, volumeShare: undefined },
} as const

interface Outcome {
  readonly ms: number
  readonly trades: readonly TradeRecord[]
  readonly endEquity: number
}

async function fileBars(): Promise<BarColumns> {
  const [dataset] = await importFile(await prepareCsv(units), { instrument: P9_INSTRUMENT, timeframe: '1m' })
  if (dataset === undefined || !isBarColumns(dataset.table)) throw new Error('The file gave no bars.')
  return dataset.table
}

function backtest(bars: BarColumns): Outcome {
  const beganMs = performance.now()
  const resolved = resolveConfig({ ...config, playFromMs: bars.closeTimeMs[WARM_UP - 1] as number })
  const run = simulate(resolved, prepareData(resolved, { bars: () => bars }), resolved.fill)
  const { trades, endEquity } = run
  barStatistics(run.equity.equity, run.startEquity)
  return { ms: performance.now() - beganMs, trades, endEquity }
}

async function paper(bars: BarColumns): Promise<Outcome> {
  using folder = scratchFolder()
  const beganMs = performance.now()
  const clock = new ManualClock(bars.closeTimeMs[WARM_UP - 1] as number)
  const journal = new Journal(join(folder.path, 'journal.sqlite'))
  const session = await LiveSession.open(
    {
      id: 'bench-paper',
      mode: 'paper',
      config,
      identity: {},
      warmupBars: WARM_UP,
      rules: RECONCILE_RULES,
      barGraceMs: 1_000,
      reconcileMs: 3_600_000,
    },
    {
      journal,
      clock,
      gateways: new Map(),
      feeds: new Map(),
      pastBars: async () => sliceBars(bars, 0, WARM_UP),
    },
  )
  session.run()
  session.onBars(instrument, '1m', sliceBars(bars, WARM_UP, bars.close.length))
  const { kernel } = session.core
  await session.suspend()
  journal.close()
  const records = session.core.records()
  const [trades, endEquity] = [records.trades(), kernel.ledger.equity()]
  barStatistics(records.equity.equity, records.startEquity)
  return { ms: performance.now() - beganMs, trades, endEquity }
}

tuneCompiler()

await measureCell({
  version: engineVersion(),
  runs,
  prepare: fileBars,
  checksum: checksumWorkloadBars,
  run: async (bars) => (mode === 'paper' ? paper(bars) : backtest(bars)),
  callMs: ({ ms }) => ms,
  outcome: ({ trades, endEquity }) => ({ endEquity, tradesHash: tradesHash(trades, false) }),
})
