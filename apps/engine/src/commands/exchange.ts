import { type Command, Option } from 'commander'
import { collect } from '../cli/common-options.ts'
import { runs } from '../cli/define-action.ts'

export interface ExchangeFlags {
  readonly venue?: readonly string[]
  readonly market?: readonly string[]
  readonly port?: string
  readonly speed?: string
  readonly faults?: string
}

const EXAMPLES = `
Examples:
  $ kestrel exchange
  $ kestrel exchange --venue bybit --market ETHUSDT:3000 --port 8390
  $ kestrel exchange --faults light --seed 7
  $ kestrel exchange --faults my-faults.json --json

A file of faults, to be played the same way each time:
  { "faults": [{ "name": "timeout-after", "on": "create", "nth": 0 }] }`

export function declareExchange(program: Command): Command {
  const command = program
    .command('exchange')
    .summary('a local exchange to rehearse on, without any risk')
    .description(
      'Starts an exchange on this machine until it is interrupted: a matching engine with other participants on a generated market labelled SYNTHETIC, accounts with play money, and the protocols of Binance (spot and USD-M futures) and Bybit, on which ccxt and Kestrel trade as on the real ones.',
    )
    .addOption(
      new Option('--venue <name>', 'binance, binanceusdm or bybit; repeatable; all by default').argParser<
        readonly string[]
      >(collect),
    )
    .addOption(
      new Option(
        '--market <symbol[:price]>',
        'a market, spot and perpetual, and its price at the start; repeatable; BTCUSDT:60000 by default',
      ).argParser<readonly string[]>(collect),
    )
    .option('--port <port>', 'port of the first venue, the others follow; any free ones by default')
    .option('--speed <times>', "how fast the exchange's time runs; 1, real time, by default")
    .option('--faults <what>', 'what goes wrong: none, light, harsh, or a JSON file; none by default')
    .addHelpText('after', EXAMPLES)
  return runs<ExchangeFlags>(command, async () => (await import('../exchange/run-exchange.ts')).runExchange)
}
