import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareConfig(program: Command): Command {
  const config = program
    .command('config')
    .summary('show the settings in force and their schema')
    .description(
      'Settings come from the project, from --config files and from KESTREL__SECTION__KEY; flags go before all.',
    )
    .addHelpText('after', '\nExamples:\n  $ kestrel config show\n  $ kestrel config schema > kestrel.schema.json')
  const show = config
    .command('show')
    .description('Prints the merged settings and the files they come from.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel config show\n  $ KESTREL__BACKTEST__CASH=5000 kestrel config show --json',
    )
  runs<object>(show, async () => (await import('../actions/config-show.ts')).showConfig)
  const schema = config
    .command('schema')
    .description('Prints the JSON Schema of a settings file, for editors.')
    .addHelpText('after', '\nExamples:\n  $ kestrel config schema > kestrel.schema.json')
  runs<object>(schema, async () => (await import('../actions/config-show.ts')).showSchema)
  return config
}
