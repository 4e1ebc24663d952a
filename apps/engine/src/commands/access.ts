import { type Command, Option } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface AccessFlags {
  readonly role: 'viewer' | 'operator'
}

export function declareAccess(program: Command): Command {
  const command = program
    .command('access')
    .summary('who may use the HTTP API')
    .description('Users with a password and scripts with a token for the HTTP API. Only hashes are stored.')
    .addHelpText('after', '\nExamples:\n  $ kestrel access set anna --role operator\n  $ kestrel access list')
  const role = (): Option =>
    new Option('--role <role>', 'a viewer reads, an operator acts too')
      .choices(['viewer', 'operator'])
      .default('viewer')
  const list = command
    .command('list')
    .description('Lists users and tokens by name and role.')
    .addHelpText('after', '\nExamples:\n  $ kestrel access list')
  runs<object>(list, async () => (await import('../actions/access.ts')).listAccess)
  const set = command
    .command('set')
    .description('Sets the password of a user, new or not. It is typed, or comes on stdin.')
    .argument('<name>', 'name of the user')
    .addOption(role())
    .addHelpText('after', '\nExamples:\n  $ kestrel access set anna --role operator')
  runs<AccessFlags>(set, async () => (await import('../actions/access.ts')).setPassword)
  const token = command
    .command('token')
    .description('Makes a token for a script and prints it once; one of the same name ends.')
    .argument('<name>', 'name of the script')
    .addOption(role())
    .addHelpText('after', '\nExamples:\n  $ kestrel access token grafana > grafana.token')
  runs<AccessFlags>(token, async () => (await import('../actions/access.ts')).makeToken)
  const remove = command
    .command('remove')
    .description('Takes users and tokens of a name away, at once.')
    .argument('<name>', 'name of the user or script')
    .addHelpText('after', '\nExamples:\n  $ kestrel access remove grafana')
  runs<object>(remove, async () => (await import('../actions/access.ts')).removeAccess)
  return command
}
