import type { Command } from 'commander'
import { collect } from '../cli/common-options.ts'
import { runs } from '../cli/define-action.ts'

export interface StrategyCheckFlags {
  readonly param?: readonly string[]
  readonly timeframe: string
}

export function declareStrategy(program: Command): Command {
  const strategy = program
    .command('strategy')
    .summary('list, show, write, check and test strategies')
    .description('Strategies that ship with Kestrel and those of the project.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel strategy list\n  $ kestrel strategy new my-idea\n  $ kestrel strategy check ./strategies/my-idea.ts',
    )
  const list = strategy
    .command('list')
    .description('Lists registered strategies and the files of the project.')
    .addHelpText('after', '\nExamples:\n  $ kestrel strategy list\n  $ kestrel strategy list --json')
  runs<object>(list, async () => (await import('../actions/strategy-list.ts')).listStrategies)
  const show = strategy
    .command('show')
    .description('Shows a strategy: what it does, its parameters, their bounds.')
    .argument('<strategy>', 'a registered name, or a .ts or .js file')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel strategy show sma-cross\n  $ kestrel strategy show ./strategies/mine.ts',
    )
  runs<object>(show, async () => (await import('../actions/strategy-show.ts')).showStrategy)
  const create = strategy
    .command('new')
    .description('Writes a strategy file to start from, into strategies/ of the project or the working folder.')
    .argument('<name>', 'lower-case words joined by hyphens')
    .addHelpText('after', '\nExamples:\n  $ kestrel strategy new my-idea')
  runs<object>(create, async () => (await import('../actions/strategy-new.ts')).newStrategy)
  const check = strategy
    .command('check')
    .description(
      'Runs the contract suite: describes its parameters, deterministic, honours a stop, orders on the grid, stops only reduce, does not see the future.',
    )
    .argument('<strategy...>', 'registered names or files')
    .option('--param <name=value>', 'a parameter; repeatable', collect)
    .option('--timeframe <length>', 'length of a bar of the runs', '1h')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel strategy check sma-cross\n  $ kestrel strategy check ./strategies/mine.ts --param fast=5\n\nExit code 6 when a check fails.',
    )
  runs<StrategyCheckFlags>(check, async () => (await import('../actions/strategy-check.ts')).checkStrategies)
  const test = strategy
    .command('test')
    .description("Runs tests beside strategies in Node's test runner, on the Node that Kestrel runs on.")
    .argument('[files...]', 'test files or patterns; by default strategies/*.test.ts and .js of the project')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel strategy test\n  $ kestrel strategy test strategies/mine.test.ts\n\nExit code 1 when a test fails.',
    )
  runs<object>(test, async () => (await import('../actions/strategy-test.ts')).testStrategies)
  return strategy
}
