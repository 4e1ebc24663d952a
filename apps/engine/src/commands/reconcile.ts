import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareReconcile(program: Command): Command {
  const command = program
    .command('reconcile')
    .summary('compare the account of a session with its books')
    .description(
      'Plays the journal of a live session again, looks its orders and fills up at the venue, and compares orders, positions and balances. It sends nothing. The session must not be running.',
    )
    .argument('<session>')
    .addHelpText('after', '\nExamples:\n  $ kestrel reconcile my-session')
  return runs(command, async () => (await import('../actions/reconcile.ts')).reconcile)
}
