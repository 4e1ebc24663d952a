/** What a user waits for: the command itself, started as a user starts it, files and report included. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureCell } from '../cell/measure-cell.ts'
import { watchedProgram } from '../cell/watched-program.ts'
import { p9File } from '../reference/p9-files.ts'
import { engineVersion } from '../setup/engine-version.ts'
import { ROOT } from '../setup/folders.ts'
import { cellArguments } from './cell-arguments.ts'

const { units: bars, runs, option } = cellArguments(['task'])
const scratch = mkdtempSync(join(tmpdir(), 'kestrel-bench-'))
let peakRssMb = 0
let call = 0

/** The folder of one call, so that no call finds what another left. */
const folders = (): readonly string[] => [
  '--data-dir',
  join(scratch, `data-${call}`),
  '--runs-dir',
  join(scratch, 'runs'),
]

async function kestrel(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const program = join(ROOT, 'apps', 'engine', 'bin', 'kestrel.mjs')
  const end = await watchedProgram(process.execPath, [program, ...args, ...folders(), '--json', '--no-input'], scratch)
  peakRssMb = Math.max(peakRssMb, end.peakRssMb)
  return JSON.parse(end.stdout) as Record<string, unknown>
}

const INSTRUMENT = ['--instrument', 'BTC-USDT.BINANCE', '--timeframe']

const backtest = async (timeframe: string): Promise<Readonly<Record<string, unknown>>> =>
  await kestrel('backtest', 'sma-cross', ...INSTRUMENT, timeframe)

/** What is done before each task, and the task. */
const TASKS: Readonly<
  Record<string, { prepare(): Promise<unknown>; run(): Promise<Readonly<Record<string, unknown>>> }>
> = {
  demo: { prepare: async () => undefined, run: async () => (call++, await kestrel('demo')) },
  hourly: {
    prepare: async () => await kestrel('data', 'generate', ...INSTRUMENT, '1h', '--bars', String(bars), '--seed', '1'),
    run: async () => await backtest('1h'),
  },
  minutes: {
    prepare: async () => undefined,
    run: async () => {
      call++
      await kestrel('data', 'import', p9File(bars, 'csv'), ...INSTRUMENT, '1m')
      return await backtest('1m')
    },
  },
}

const task = TASKS[option('task', 'demo')]
if (task === undefined) throw new Error(`There is no task ${option('task', '')}.`)

try {
  await measureCell({
    version: engineVersion(),
    runs,
    prepare: task.prepare,
    checksum: () => '',
    run: task.run,
    peakRssMb: () => peakRssMb,
    outcome: ({ runDir, metrics }) => ({
      report: typeof runDir === 'string' && existsSync(join(runDir, 'report.html')),
      trades: (metrics as { trades?: number } | undefined)?.trades ?? 0,
    }),
  })
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
