import { type Command, Option } from 'commander'
import { runs } from '../cli/define-action.ts'
import { type SessionFlags, sessionOptions } from './session-flags.ts'

export function declareLive(program: Command): Command {
  const command = sessionOptions(
    program
      .command('live')
      .summary('run a strategy with real money')
      .description(
        'Runs a strategy with real money through ccxt. It needs three things at once: --live, "mode": "live" in the settings, and a key (kestrel keys add) that may trade and may not withdraw. It compares the account with its books first, and refuses to trade on a difference that it cannot explain.',
      ),
  )
    .option('--live', 'yes, with real money')
    .option('--key <name>', 'key of the account (kestrel keys list)')
    .option('--sandbox', "the venue's test network")
    .option('--adopt-positions', 'leave positions alone that are there, and count from there')
    .option('--adopt-balances', 'take balances as they are')
    .addOption(
      new Option('--foreign-orders <what>', 'open orders of somebody else (default refuse)').choices([
        'refuse',
        'ignore',
        'cancel',
      ]),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ kestrel live sma-cross --live --key main --instrument BTC-USDT.BINANCE --timeframe 1h --cash 1000
  $ kestrel live grid --live --key test --sandbox --instrument BTC-USDT-PERP.BINANCE --timeframe 1m --limit drawdown=0.05
Rehearse on the local exchange first: kestrel exchange, and "venues": { "binance": { "baseUrl": ... } } in the settings.`,
    )
  return runs<SessionFlags>(command, async () => (await import('../actions/live.ts')).live)
}
