import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

const EXAMPLES = `
Examples:
  $ kestrel demo
  $ kestrel demo --seed 7
  $ kestrel demo --json
  $ kestrel demo --live`

interface DemoFlags {
  readonly live?: boolean
}

export function declareDemo(program: Command): Command {
  const command = program
    .command('demo')
    .summary('a backtest on a generated market, with its report')
    .description(
      'Generates a market labelled SYNTHETIC under .kestrel/demo, runs sma-cross on it, and writes the report.',
    )
    .option('--live', 'instead: a local exchange, a paper bot and a live bot on it, and their parity reports')
    .addHelpText('after', EXAMPLES)
  return runs<DemoFlags>(command, async () => {
    const { demo } = await import('../actions/demo.ts')
    return async (context, _, { live }) =>
      live === true ? (await import('../exchange/demo-live.ts')).demoLive(context) : demo(context)
  })
}
