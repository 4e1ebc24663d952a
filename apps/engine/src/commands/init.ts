import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareInit(program: Command): Command {
  const command = program
    .command('init')
    .summary('make a project folder')
    .description(
      'Makes a project folder: settings, data, strategies, runs, notebooks, one example strategy and its test.',
    )
    .argument('<dir>', 'folder to make; must be empty or absent')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel init my-research\n  $ cd my-research && kestrel strategy check strategies/trend.ts',
    )
  return runs<object>(command, async () => (await import('../actions/init.ts')).init)
}
