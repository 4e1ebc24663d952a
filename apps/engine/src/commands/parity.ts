import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface ParityFlags {
  readonly output?: string
}

export function declareParity(program: Command): Command {
  const command = program
    .command('parity')
    .summary('compare a session with the backtest of the same window')
    .description(
      'Runs the recorded window of a session in the backtester, matches trades one by one, and says of each difference where it comes from and what it made. The session must not be running.',
    )
    .argument('<session>')
    .option('-o, --output <file>', "where the report goes; parity.html in the session's folder by default")
    .addHelpText('after', '\nExamples:\n  $ kestrel parity my-session\n  $ kestrel parity my-session --json')
  return runs<ParityFlags>(command, async () => (await import('../actions/parity.ts')).parity)
}
