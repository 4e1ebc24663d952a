import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { decimalText, percentText } from '../cli/output/numbers.ts'
import { tableText } from '../cli/output/table.ts'
import { parseWhole } from '../cli/parse-number.ts'
import type { RunsListFlags } from '../commands/runs.ts'
import { readRun, runPlaces, type StoredRun } from '../run-folder/find-runs.ts'

/** Runs, newest first. */
export async function listRuns(
  context: CommandContext,
  _args: readonly string[],
  flags: RunsListFlags,
): Promise<CommandResult> {
  const limit = parseWhole(flags.limit, '--limit')
  const rows: ReturnType<typeof runRow>[] = []
  for (const place of await runPlaces(context.runsDir)) {
    if (rows.length >= limit) break
    const run = await readRun(place)
    if (run === undefined || (flags.strategy !== undefined && run.metrics.strategy !== flags.strategy)) continue
    rows.push(runRow(run))
  }
  const right = { align: 'right' } as const
  const table = tableText(
    [
      { title: 'run' },
      { title: 'market' },
      { title: 'return', ...right },
      { title: 'Sharpe', ...right },
      { title: 'drawdown', ...right },
      { title: 'trades', ...right },
    ],
    rows.map((row) => [
      row.runId,
      `${row.instruments.length > 1 ? `${row.instruments.length} instruments` : (row.instruments[0] ?? '')} ${row.timeframe}${row.synthetic ? ' SYNTHETIC' : ''}`,
      percentText(row.totalReturn, 2, true),
      decimalText(row.sharpe, 2),
      percentText(row.maxDrawdown),
      decimalText(row.trades),
    ]),
  )
  const text =
    rows.length === 0 ? `There are no runs in ${context.runsDir}. Make one: kestrel backtest STRATEGY` : table
  return { document: { runsDir: context.runsDir, runs: rows }, rows, text }
}

function runRow({ id, folder, metrics: run, manifest }: StoredRun) {
  const value = (name: string): number | null => {
    const found = run.metrics[name]
    return typeof found === 'number' ? found : null
  }
  return {
    runId: id,
    runDir: folder,
    startedAt: manifest.startedAt,
    strategy: run.strategy,
    params: run.params,
    instruments: run.instruments,
    timeframe: run.timeframe,
    from: run.from,
    to: run.to,
    synthetic: run.synthetic,
    totalReturn: value('totalReturn'),
    sharpe: value('sharpe'),
    maxDrawdown: value('maxDrawdown'),
    trades: value('trades'),
    hashes: run.hashes,
  }
}
