import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declarePositions(program: Command): Command {
  const command = program
    .command('positions')
    .summary('positions of a session')
    .description('Lists the positions of a session by strategy.')
    .argument('<session>')
    .addHelpText('after', '\nExamples:\n  $ kestrel positions my-session --json')
  return runs(command, async () => (await import('../actions/orders.ts')).positions)
}
