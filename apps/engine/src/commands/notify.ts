import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export function declareNotify(program: Command): Command {
  const command = program
    .command('notify')
    .summary('try the channels that messages go to')
    .description('Messages about sessions by webhook, Telegram, Slack, Discord and mail, as the settings say.')
    .addHelpText('after', '\nExamples:\n  $ kestrel notify test')
  const test = command
    .command('test')
    .description('Sends a message through every channel of the settings, or through one, and says how it went.')
    .argument('[channel]', 'name of a channel')
    .addHelpText('after', '\nExamples:\n  $ kestrel notify test\n  $ kestrel notify test phone --json')
  runs<object>(test, async () => (await import('../actions/notify-test.ts')).testChannels)
  return command
}
