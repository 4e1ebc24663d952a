import { type Command, Option } from 'commander'
import { collect } from '../cli/common-options.ts'

/** Flags of `kestrel paper` and `kestrel live`. */
export interface SessionFlags {
  readonly id?: string
  readonly instrument?: readonly string[]
  readonly timeframe?: string
  readonly cash?: readonly string[]
  readonly param?: readonly string[]
  readonly params?: string
  readonly sizeMode?: 'units' | 'cash' | 'equity'
  readonly leverage?: string
  readonly margin?: 'isolated' | 'cross'
  readonly warmup?: string
  readonly limit?: readonly string[]
  readonly strategyTimeout?: string
  /** Live alone. */
  readonly live?: boolean
  readonly key?: string
  readonly sandbox?: boolean
  readonly adoptPositions?: boolean
  readonly adoptBalances?: boolean
  readonly foreignOrders?: 'refuse' | 'ignore' | 'cancel'
}

/** What both kinds of session are told. */
export function sessionOptions(command: Command): Command {
  return command
    .argument('<strategy>', 'a registered name, or a .ts or .js file')
    .option('--id <name>', 'name of the session; by default made of strategy, instrument and kind')
    .option('--instrument <id>', 'instrument to trade; repeatable', collect)
    .option('--timeframe <length>', 'length of a bar: 1m, 1h, 1d')
    .option('--cash <amount>', 'money that it trades with: 10000 in the quote currency, or BTC=1; repeatable', collect)
    .option('--param <name=value>', 'a parameter of the strategy; repeatable', collect)
    .option('--params <file>', 'JSON file with parameters')
    .addOption(
      new Option('--size-mode <mode>', 'what 1 means in target(instrument, 1)').choices(['units', 'cash', 'equity']),
    )
    .option('--leverage <n>', 'of perpetuals (default 1)')
    .addOption(new Option('--margin <mode>', 'margin of perpetuals (default isolated)').choices(['isolated', 'cross']))
    .option('--warmup <bars>', 'past bars that indicators see before it begins (default 500)')
    .option(
      '--limit <name=at[:action]>',
      'a limit of the account: drawdown=0.1:flatten, ordersPerMinute=30, staleDataMs=off (docs/live.md); repeatable',
      collect,
    )
    .option('--strategy-timeout <seconds>', 'a session that stands still for so long is ended (default 30)')
}
