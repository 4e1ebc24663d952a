import { RECONCILE_RULES } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { SessionFlags } from '../commands/session-flags.ts'
import { runSession } from '../session/run-session.ts'

/** Runs a strategy on the live market with play money. */
export async function paper(
  context: CommandContext,
  [strategy = '']: readonly string[],
  flags: SessionFlags,
): Promise<CommandResult> {
  return runSession(context, 'paper', strategy, flags, undefined, RECONCILE_RULES)
}
