import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface BotFlags {
  readonly reason?: string
  readonly within?: string
  readonly lines?: string
  readonly cancelOnly?: boolean
}

const EXAMPLES = `
Examples:
  $ kestrel bot list
  $ kestrel bot status sma-cross-btc-usdt-live
  $ kestrel bot pause sma-cross-btc-usdt-live --reason "news at noon"
  $ kestrel bot flatten sma-cross-btc-usdt-live`

export function declareBot(program: Command): Command {
  const bot = program
    .command('bot')
    .summary('look at sessions and steer them')
    .description('Lists sessions, shows what they do, and steers them.')
    .addHelpText('after', EXAMPLES)
  const list = bot.command('list').description('Lists every session of this project.')
  list.addHelpText('after', '\nExamples:\n  $ kestrel bot list --json')
  runs(list, async () => (await import('../actions/bot.ts')).botList)
  const status = bot.command('status').description('Shows state, equity, positions, open orders and feeds.')
  status.argument('<session>').addHelpText('after', '\nExamples:\n  $ kestrel bot status my-session')
  runs(status, async () => (await import('../actions/bot.ts')).botStatus)
  const steer = (name: string, about: string): void => {
    const verb = bot.command(name).description(about).argument('<session>')
    verb
      .option('--reason <text>', 'why, for the record')
      .addHelpText('after', `\nExamples:\n  $ kestrel bot ${name} my-session`)
    runs<BotFlags>(verb, async () => {
      const { botSteer } = await import('../actions/bot.ts')
      return async (context, args, flags) => botSteer(context, name, args, flags)
    })
  }
  steer('pause', 'Lets no order out until it is resumed; what is open stays.')
  steer('resume', 'Lets orders out again. Ends a halt by a limit of the account, too.')
  steer('stop', 'Ends the session. What is open or held stays as it is.')
  const flatten = bot
    .command('flatten')
    .description(
      'Cancels every order and closes every position, straight at the venue: it needs neither the session nor the API, which send nothing from then on. Looks until nothing is left, or says what is.',
    )
    .argument('<session>')
    .option('--within <seconds>', 'how long it tries (default 30)')
    .addHelpText('after', '\nExamples:\n  $ kestrel bot flatten my-session --within 10')
  runs<BotFlags>(flatten, async () => (await import('../actions/bot-flatten.ts')).botFlatten, true)
  const halt = bot
    .command('halt')
    .description('The same, but cancels orders alone: what is held stays.')
    .argument('<session>')
    .option('--within <seconds>', 'how long it tries (default 30)')
    .addHelpText('after', '\nExamples:\n  $ kestrel bot halt my-session')
  runs<BotFlags>(halt, async () => (await import('../actions/bot-flatten.ts')).botHalt, true)
  const logs = bot
    .command('logs')
    .description('Prints what happened in a session, the newest last.')
    .argument('<session>')
    .option('--lines <n>', 'how many (default 50)')
    .addHelpText('after', '\nExamples:\n  $ kestrel bot logs my-session --lines 200')
  runs<BotFlags>(logs, async () => (await import('../actions/bot.ts')).botLogs)
  return bot
}
