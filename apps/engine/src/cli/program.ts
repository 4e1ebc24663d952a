import { Command, CommanderError, Help } from 'commander'
import { kestrelVersion } from '../version.ts'
import { COMMANDS } from './command-list.ts'
import { addCommonOptions } from './common-options.ts'

const EXAMPLES = `
Examples:
  $ kestrel demo
  $ kestrel data import BTCUSDT-1h.csv --instrument BTC-USDT.BINANCE --timeframe 1h
  $ kestrel backtest sma-cross --instrument BTC-USDT.BINANCE --timeframe 1h --param fast=10
  $ kestrel runs list

Exit codes: 0 ok, 1 failure, 2 usage or settings, 3 data missing or gap, 4 exchange or network,
5 risk limit, 6 validation rejected, 130 interrupted.`

/**
 * The command as far as the given words need it: commands that are named among them are declared in full, the others
 * only by name and summary, so that starting costs little.
 *
 * @param words - Arguments of the process; `undefined` declares everything, for references and completion.
 */
export async function buildProgram(words: readonly string[] | undefined): Promise<Command> {
  const program = new Command('kestrel')
    .description('Kestrel: honest backtests of one strategy file, in TypeScript.')
    .version(kestrelVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .usage('<command> [verb] [arguments] [flags]')
    .addHelpText('after', EXAMPLES)
  addCommonOptions(program)
  // A completion script is made of everything.
  const all = words === undefined || words.includes('completion')
  for (const entry of COMMANDS) {
    if (all || words.includes(entry.name)) {
      const declare = await entry.load()
      declare(program)
    } else program.command(entry.name).summary(entry.summary).description(entry.summary)
  }
  prepare(program)
  return program
}

const raisedBy = new WeakMap<CommanderError, Command>()

/** Names of the command whose arguments an error is about, the program's own left out: `data`, `export`. */
export function commandPathOf(error: CommanderError): readonly string[] {
  const names: string[] = []
  for (let at = raisedBy.get(error) ?? null; at?.parent != null; at = at.parent) names.unshift(at.name())
  return names
}

/** Errors are thrown and help shows the flags that all commands share, at every level. */
function prepare(command: Command): void {
  command.exitOverride((error) => {
    raisedBy.set(error, command)
    throw error
  })
  command.configureOutput({ writeErr: () => undefined })
  command.configureHelp({
    helpWidth: Math.min(process.stdout.columns ?? 100, 100),
    subcommandTerm: (sub) => new Help().subcommandTerm(sub).replace(' [options]', ''),
    showGlobalOptions: true,
  })
  command.showSuggestionAfterError(true)
  for (const sub of command.commands) prepare(sub)
}

export { CommanderError }
