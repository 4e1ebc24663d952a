import { type Command, Option } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface RunsListFlags {
  readonly strategy?: string
  readonly limit: string
}

export interface RunsExportFlags {
  readonly output: string
  readonly what: 'trades' | 'equity' | 'fills' | 'orders'
}

export function declareRuns(program: Command): Command {
  const command = program
    .command('runs')
    .summary('list, show, compare and export runs')
    .description('Run folders. A run is named by its id, the start of it, its folder, or "last".')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel runs list\n  $ kestrel runs show last\n  $ kestrel runs compare last 20261120T0900',
    )
  const list = command
    .command('list')
    .description('Lists runs, newest first.')
    .option('--strategy <name>', 'only of this strategy')
    .option('--limit <n>', 'at most so many', '20')
    .addHelpText('after', '\nExamples:\n  $ kestrel runs list\n  $ kestrel runs list --strategy sma-cross --ndjson')
  runs<RunsListFlags>(list, async () => (await import('../actions/runs-list.ts')).listRuns)
  const show = command
    .command('show')
    .description('Shows a run: what was run, on what, with what result.')
    .argument('<run>', 'id, start of an id, run folder, or last')
    .addHelpText('after', '\nExamples:\n  $ kestrel runs show last\n  $ kestrel runs show 20261121T1345 --json')
  runs<object>(show, async () => (await import('../actions/runs-show.ts')).showRun)
  const compare = command
    .command('compare')
    .description('Puts runs side by side: what differs in them, and their metrics.')
    .argument('<run...>', 'two or more runs')
    .addHelpText('after', '\nExamples:\n  $ kestrel runs compare last 20261120T0900')
  runs<object>(compare, async () => (await import('../actions/runs-compare.ts')).compareRuns)
  const exported = command
    .command('export')
    .description('Copies a table of a run to a CSV or Parquet file.')
    .argument('<run>', 'id, start of an id, run folder, or last')
    .requiredOption('-o, --output <file>', 'file to write, .csv or .parquet')
    .addOption(
      new Option('--what <table>', 'which table').choices(['trades', 'equity', 'fills', 'orders']).default('trades'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel runs export last -o trades.csv\n  $ kestrel runs export last --what equity -o equity.parquet',
    )
  runs<RunsExportFlags>(exported, async () => (await import('../actions/runs-export.ts')).exportRun)
  return command
}
