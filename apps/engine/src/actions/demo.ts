import { join } from 'node:path'
import { generateMarket, openLake } from '@kestrel/data'
import type { BacktestFlags } from '../commands/backtest.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { backtest } from './backtest.ts'

const INSTRUMENT = 'BTC-USDT.SYNTHETIC'
const TIMEFRAME = '1h'
/** Three years of hours. */
const BARS = 26_280

/**
 * The main job on a generated market: generate, run, report. The market is labelled SYNTHETIC wherever it is shown, and
 * lies in a lake of its own, away from real data.
 */
export async function demo(context: CommandContext): Promise<CommandResult> {
  const home = join(context.cwd, '.kestrel', 'demo')
  const own = {
    ...context,
    settings: {},
    dataDir: context.common.dataDir === undefined ? join(home, 'data') : context.dataDir,
    runsDir: context.common.runsDir === undefined ? join(home, 'runs') : context.runsDir,
  }
  context.note(`Generating three years of hourly bars of a market that never was (seed ${context.seed}).`)
  const market = generateMarket({
    instrument: INSTRUMENT,
    timeframe: TIMEFRAME,
    bars: BARS,
    model: 'garch',
    seed: context.seed,
  })
  const lake = openLake(own.dataDir, { clock: context.clock })
  await lake.write(market, { onConflict: 'replace' })
  await lake.close()
  const flags: BacktestFlags = {
    instrument: [INSTRUMENT],
    timeframe: TIMEFRAME,
    finer: true,
    ticks: false,
    band: true,
    report: true,
    param: ['fast=48', 'slow=240'],
  }
  const result = await backtest(own, ['sma-cross'], flags)
  const next = [
    'Next: open the report in a browser, then use your own data:',
    '  kestrel data import FILE --instrument BTC-USDT.BINANCE --timeframe 1h',
    '  kestrel backtest sma-cross --instrument BTC-USDT.BINANCE --timeframe 1h',
  ].join('\n')
  return { ...result, text: `${result.text}\n\n${next}` }
}
