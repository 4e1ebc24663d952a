import { type Command, Option } from 'commander'
import { collect } from '../cli/common-options.ts'
import { runs } from '../cli/define-action.ts'

/** Flags of `kestrel backtest` as the command line gives them. */
export interface BacktestFlags {
  readonly instrument?: readonly string[]
  readonly timeframe?: string
  readonly from?: string
  readonly to?: string
  readonly timerange?: string
  readonly cash?: readonly string[]
  readonly param?: readonly string[]
  readonly params?: string
  readonly fill?: 'next-open' | 'close'
  readonly limitFill?: 'through' | 'touch' | 'queue'
  readonly sizeMode?: 'units' | 'cash' | 'equity'
  readonly takerFee?: string
  readonly makerFee?: string
  readonly spreadBps?: string
  readonly slippageBps?: string
  readonly feeSchedule?: readonly string[]
  readonly spreadModel?: 'fixed' | 'quotes' | 'volatility' | 'corwin-schultz' | 'abdi-ranaldo'
  readonly slippageModel?: 'fixed' | 'sqrt' | 'volume-share'
  readonly cost?: readonly string[]
  readonly volumeShare?: string
  readonly latencyMs?: string
  readonly leverage?: readonly string[]
  readonly margin?: 'isolated' | 'cross'
  readonly positionMode?: 'one-way' | 'hedge'
  readonly marginTiers?: string
  readonly borrowRate?: readonly string[]
  readonly borrowLeverage?: string
  readonly funding?: 'auto' | 'none'
  readonly rebalanceBand?: string
  readonly reportingCurrency?: string
  readonly universe?: string
  readonly protect?: readonly string[]
  readonly decisions?: 'changed' | 'all'
  readonly metricsCompat?: 'freqtrade' | 'quantstats' | 'lean' | 'backtesting'
  readonly strategyTimeout?: string
  readonly reportTitle?: string
  readonly allowGaps?: boolean
  readonly finer: boolean
  readonly ticks?: boolean
  readonly band: boolean
  readonly report: boolean
}

const EXAMPLES = `
Examples:
  $ kestrel backtest sma-cross --instrument BTC-USDT.BINANCE --timeframe 1h
  $ kestrel backtest sma-cross --param fast=10 --param slow=40 --from 2022-01-01 --to 2023-01-01
  $ kestrel backtest ./strategies/mine.ts --instrument BTC-USDT.BINANCE --allow-gaps --json
  $ kestrel backtest sma-cross --instrument BTC-USDT-PERP.BINANCE --timeframe 1h --leverage 3 --margin cross
  $ kestrel backtest sma-cross --fee-schedule binance --cash USDT=10000 --cash BNB=1 --slippage-model sqrt
  $ kestrel backtest momentum-rotation --universe members.csv --timeframe 1h --cash 100000

Rates are fractions: --taker-fee 0.001 is 0.1 %. Times are UTC; --to is exclusive.`

export function declareBacktest(program: Command): Command {
  const command = program
    .command('backtest')
    .summary('run a strategy on past bars')
    .description('Runs a strategy on past bars, again under harsher and kinder assumptions, and writes a run folder.')
    .argument('<strategy>', 'a registered name, or a .ts or .js file')
    .option('--instrument <id>', 'instrument to trade; repeatable', collect)
    .option('--timeframe <length>', 'length of a bar: 1m, 1h, 1d')
    .option('--from <time>', 'first instant: ISO 8601 or epoch ms')
    .option('--to <time>', 'end, exclusive')
    .option('--timerange <range>', '20230101-20231231, either end may be left out; the end is exclusive')
    .option(
      '--cash <amount>',
      'starting cash: 10000 in the reporting currency (default), or BTC=1; repeatable',
      collect,
    )
    .option('--param <name=value>', 'a parameter of the strategy; repeatable', collect)
    .option('--params <file>', 'JSON file with parameters')
    .addOption(
      new Option('--fill <when>', 'where a market order decided at a close fills').choices(['next-open', 'close']),
    )
    .addOption(
      new Option('--limit-fill <rule>', 'when a resting limit order fills').choices(['through', 'touch', 'queue']),
    )
    .addOption(
      new Option('--size-mode <mode>', 'what 1 means in target(instrument, 1)').choices(['units', 'cash', 'equity']),
    )
    .option('--taker-fee <rate>', "fraction of notional (default: the instrument's)")
    .option('--maker-fee <rate>', "fraction of notional (default: the instrument's)")
    .option('--spread-bps <bps>', 'full spread; a taker pays half (default 1)')
    .option('--slippage-bps <bps>', 'further loss of each taker fill (default 2)')
    .option(
      '--fee-schedule <name>',
      'fees by 30-day volume: binance, coinbase, hyperliquid, kraken or a file; repeatable',
      collect,
    )
    .addOption(
      new Option('--spread-model <model>', 'where the spread comes from (default fixed)').choices([
        'fixed',
        'quotes',
        'volatility',
        'corwin-schultz',
        'abdi-ranaldo',
      ]),
    )
    .addOption(
      new Option('--slippage-model <model>', 'what slippage depends on (default fixed)').choices([
        'fixed',
        'sqrt',
        'volume-share',
      ]),
    )
    .option('--cost <name=value>', 'a parameter of them: slippage.coefficient=0.7; repeatable', collect)
    .option('--volume-share <share>', "largest share of a bar's volume that we take, or none (default 0.1)")
    .option('--latency-ms <ms>', 'from decision to venue (default 0), or recorded: those of the series latency')
    .option('--leverage <n>', 'of perpetuals: 5 for all, or ID=5; repeatable (default 1)', collect)
    .addOption(new Option('--margin <mode>', 'margin of perpetuals (default isolated)').choices(['isolated', 'cross']))
    .addOption(
      new Option('--position-mode <mode>', 'one position a perpetual, or a long and a short one').choices([
        'one-way',
        'hedge',
      ]),
    )
    .option('--margin-tiers <file>', "margin tables that go before the shipped ones, in the shipped files' form")
    .option(
      '--borrow-rate <rate>',
      'let spot borrow at this interest a day: 0.0002, or USDT=0.0002; repeatable',
      collect,
    )
    .option('--borrow-leverage <n>', 'loans of spot end at n - 1 times the equity (default 3)')
    .addOption(
      new Option('--funding <mode>', 'settle recorded funding (default), or none, and say so').choices([
        'auto',
        'none',
      ]),
    )
    .option('--rebalance-band <weight>', 'least change of a weight that is traded (default 0.01)')
    .option('--reporting-currency <code>', "default: the first instrument's quote currency")
    .option('--universe <file>', 'CSV or JSON date,instrument: members from each date on')
    .option(
      '--protect <protection>',
      'keep positions from being opened: cooldown:after=stop,pause=4h (docs/protections.md); repeatable',
      collect,
    )
    .addOption(new Option('--decisions <which>', 'explanations that are kept').choices(['changed', 'all']))
    .addOption(
      new Option('--metrics-compat <tool>', "also give the ratios by another tool's formulas").choices([
        'freqtrade',
        'quantstats',
        'lean',
        'backtesting',
      ]),
    )
    .option('--strategy-timeout <seconds>', 'stop a strategy without progress for so long (default 60)')
    .option('--report-title <text>', 'title of the report')
    .option('--allow-gaps', 'run although bars are missing inside the window')
    .option('--ticks', 'play orders against trades of the lake, and make the bars of them')
    .option('--no-finer', 'do not play orders against finer bars of the lake')
    .option('--no-band', 'leave out the harsher and the kinder run')
    .option('--no-report', 'write no report.html')
    .addHelpText('after', EXAMPLES)
  return runs<BacktestFlags>(command, async () => (await import('../actions/backtest.ts')).backtest)
}
