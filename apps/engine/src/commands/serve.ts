import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface ServeFlags {
  readonly host?: string
  readonly port?: string
}

export function declareServe(program: Command): Command {
  const command = program
    .command('serve')
    .summary('HTTP API of the engine')
    .description(
      'Serves the HTTP API until it is interrupted: sessions, orders, positions, equity, risk, actions, an event stream, metrics and health. On any address but this machine it asks for a password first (kestrel access set).',
    )
    .option('--host <address>', 'address to listen on; 127.0.0.1 by default')
    .option('--port <port>', 'port to listen on; 8380 by default, 0 for any free one')
    .addHelpText('after', '\nExamples:\n  $ kestrel serve\n  $ kestrel serve --host 0.0.0.0 --port 8380 --json')
  return runs<ServeFlags>(command, async () => (await import('../actions/serve.ts')).serve)
}
