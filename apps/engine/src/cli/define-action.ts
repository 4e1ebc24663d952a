import { systemClock } from '@kestrel/core'
import type { Command } from 'commander'
import type { CommandContext } from './command-context.ts'
import type { CommandResult } from './command-result.ts'
import type { CommonOptions } from './common-options.ts'

/** Work of a command: its arguments and flags in, what is to be printed out. */
export type Action<Options> = (
  context: CommandContext,
  args: readonly string[],
  options: Options,
) => Promise<CommandResult> | CommandResult

/**
 * Makes a command run its work and print the result. The module with the work is loaded only now.
 *
 * @param load - Imports the module that holds the work.
 * @param isWayOut - See {@link buildContext}.
 */
export function runs<Options>(command: Command, load: () => Promise<Action<Options>>, isWayOut = false): Command {
  return command.action(async () => {
    const common: CommonOptions = command.optsWithGlobals()
    const { buildContext } = await import('./build-context.ts')
    const context = buildContext(common, process.cwd(), process.env, systemClock, isWayOut)
    const action = await load()
    const result = await action(context, flattened(command.processedArgs), command.opts() as Options)
    if (result.isPrinted === true) return
    const { printResult } = await import('./output/print-result.ts')
    await printResult(result, commandPath(command), common)
  })
}

/** Arguments in order; a variadic one is spread, an optional one that is absent is left out. */
function flattened(args: readonly unknown[]): string[] {
  return args.flat().filter((each) => typeof each === 'string')
}

/** `data import` */
function commandPath(command: Command): string {
  const names: string[] = []
  for (let at: Command | null = command; at?.parent != null; at = at.parent) names.unshift(at.name())
  return names.join(' ')
}
