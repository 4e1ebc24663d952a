import type { Command } from 'commander'
import { runs } from '../cli/define-action.ts'
import { type SessionFlags, sessionOptions } from './session-flags.ts'

export function declarePaper(program: Command): Command {
  const command = sessionOptions(
    program
      .command('paper')
      .summary('run a strategy on the live market with play money')
      .description(
        "Runs a strategy on a venue's live market; orders fill in the simulated venue of the backtest. Goes on where it left when it is started again under the same name. Ctrl-C leaves it to be gone on with; kestrel bot stop ends it.",
      ),
  ).addHelpText(
    'after',
    `
Examples:
  $ kestrel paper sma-cross --instrument BTC-USDT.BINANCE --timeframe 1m
  $ kestrel paper ./strategies/mine.ts --instrument ETH-USDT-PERP.BINANCE --timeframe 5m --leverage 3
  $ kestrel parity sma-cross-btc-usdt-paper`,
  )
  return runs<SessionFlags>(command, async () => (await import('../actions/paper.ts')).paper)
}
