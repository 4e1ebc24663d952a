import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

const EXAMPLES = `
Examples:
  $ kestrel demo
  $ kestrel demo --seed 7
  $ kestrel demo --json`

export function declareDemo(program: Command): Command {
  const command = program
    .command('demo')
    .summary('a backtest on a generated market, with its report')
    .description(
      'Generates a market labelled SYNTHETIC under .kestrel/demo, runs sma-cross on it, and writes the report.',
    )
    .addHelpText('after', EXAMPLES)
  return runs<object>(command, async () => (await import('../actions/demo.ts')).demo)
}
