import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareOrders(program: Command): Command {
  const command = program
    .command('orders')
    .summary('open orders of a session')
    .description('Lists the open orders of a session.')
    .argument('<session>')
    .addHelpText('after', '\nExamples:\n  $ kestrel orders my-session --json')
  return runs(command, async () => (await import('../actions/orders.ts')).orders)
}
