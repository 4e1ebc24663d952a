import { type Command, Option } from 'commander'
import { collect } from '../cli/common-options.ts'
import { runs } from '../cli/define-action.ts'

/** Stated again rather than imported, because declaring a command must not load the lake. */
const HISTORY_KINDS = ['bars', 'trades', 'funding', 'mark', 'open-interest']
const KINDS = ['bars', 'trades', 'funding', 'mark', 'book', 'series']

export interface DataImportFlags {
  readonly instrument?: string
  readonly timeframe?: string
  readonly kind?: string
  readonly name?: string
  readonly instrumentColumns?: string
  readonly instrumentTemplate?: string
  readonly sparse?: boolean
  readonly columns?: string
  readonly tick?: string
  readonly lot?: string
  readonly takerFee?: string
  readonly makerFee?: string
  readonly contractSize?: string
  readonly licence?: string
  readonly knowableDelay?: string
  readonly onConflict: 'error' | 'keep' | 'replace'
}

export interface DataDownloadFlags {
  readonly venue?: string
  readonly instrument: readonly string[]
  readonly timeframe?: string
  readonly kind: string
  readonly from?: string
  readonly to?: string
  readonly timerange?: string
  readonly onConflict: 'error' | 'keep' | 'replace'
}

export interface DataConvertFlags extends Omit<DataImportFlags, 'onConflict' | 'licence'> {
  readonly output: string
  readonly format?: 'csv' | 'parquet' | 'json' | 'ndjson'
}

export interface DataGenerateFlags {
  readonly instrument: string
  readonly timeframe: string
  readonly bars: string
  readonly model: 'garch' | 'heston' | 'jump' | 'workload'
  readonly from?: string
  readonly startPrice?: string
  readonly set?: readonly string[]
  readonly onConflict: 'error' | 'keep' | 'replace'
}

/** Which datasets a command is about. */
export interface DataSelectFlags {
  readonly instrument?: readonly string[]
  readonly kind?: string
  readonly timeframe?: string
  readonly name?: string
}

export interface DataWindowFlags extends DataSelectFlags {
  readonly from?: string
  readonly to?: string
  readonly timerange?: string
}

export interface DataExportFlags extends Omit<DataWindowFlags, 'instrument'> {
  readonly instrument: string
  readonly output: string
  readonly format?: 'csv' | 'parquet' | 'json' | 'ndjson'
}

export function declareData(program: Command): Command {
  const data = program
    .command('data')
    .summary('import, download, generate, list, verify, export and convert market data')
    .description('The lake: market data as Parquet under one folder, with a ledger of gaps.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel data import BTCUSDT-1h.csv --instrument BTC-USDT.BINANCE --timeframe 1h\n  $ kestrel data download --instrument BTC-USDT.BINANCE --timeframe 1h --from 2023-01-01\n  $ kestrel data list',
    )
  declareImport(data)
  declareDownload(data)
  declareGenerate(data)
  const list = data
    .command('list')
    .description('Lists what the lake holds.')
    .option('--instrument <id>', 'only these; repeatable', collect)
    .addOption(new Option('--kind <kind>', 'only this kind').choices(KINDS))
    .addHelpText('after', '\nExamples:\n  $ kestrel data list\n  $ kestrel data list --ndjson')
  runs<DataSelectFlags>(list, async () => (await import('../actions/data-list.ts')).listData)
  const verify = data
    .command('verify')
    .description('Reads the files again: hashes, order, repeats, sense of the values, gaps against the ledger.')
    .argument('[instrument...]', 'only these instruments')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel data verify\n  $ kestrel data verify BTC-USDT.BINANCE --json\n\nGaps are reported; exit code 3 is for data that is not what the catalog states.',
    )
  select(verify)
  runs<DataSelectFlags>(verify, async () => (await import('../actions/data-verify.ts')).verifyData)
  const gaps = data
    .command('gaps')
    .description('Lists missing, duplicate, unordered, repaired and synthetic stretches.')
    .argument('[instrument...]', 'only these instruments')
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel data gaps --instrument BTC-USDT.BINANCE --timeframe 1h\n  $ kestrel data gaps --from 2018-01-01 --to 2019-01-01 --ndjson',
    )
  window(select(gaps))
  runs<DataWindowFlags>(gaps, async () => (await import('../actions/data-gaps.ts')).listGaps)
  const exported = data
    .command('export')
    .description('Writes a dataset or a window of it to one file.')
    .requiredOption('--instrument <id>', 'whose data')
    .requiredOption('-o, --output <file>', 'file to write; its ending names the format')
    .option('--timeframe <length>', 'length of a bar')
    .addOption(new Option('--kind <kind>', 'kind of data').choices(KINDS))
    .option('--name <name>', 'name of a series')
    .addOption(new Option('--format <format>', 'default: the ending').choices(['csv', 'parquet', 'json', 'ndjson']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel data export --instrument BTC-USDT.BINANCE --timeframe 1h -o btc.csv\n  $ kestrel data export --instrument XRP-ETH.BINANCE --kind trades -o trades.parquet',
    )
  window(exported)
  runs<DataExportFlags>(exported, async () => (await import('../actions/data-export.ts')).exportData)
  declareConvert(data)
  return data
}

function declareDownload(data: Command): void {
  const command = data
    .command('download')
    .description("Downloads an exchange's history through ccxt, from public endpoints. Goes on where it stopped.")
    .option('--venue <name>', "exchange, as ccxt names it; by default the instrument's own")
    .requiredOption('--instrument <id>', 'what to download: BTC-USDT.BINANCE; repeatable', collect)
    .option('--timeframe <length>', 'length of a bar; of marks and open interest 1h by default')
    .addOption(new Option('--kind <kind>', 'kind of history').choices(HISTORY_KINDS).default('bars'))
    .addOption(
      new Option(
        '--on-conflict <rule>',
        'where lake and exchange differ; keep and replace ask for the whole window again',
      )
        .choices(['error', 'keep', 'replace'])
        .default('error'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ kestrel data download --venue binance --instrument BTC-USDT.BINANCE --timeframe 1h --from 2020-01-01
  $ kestrel data download --instrument BTC-USDT-PERP.BYBIT --kind funding --from 2023-01-01 --to 2024-01-01
  $ kestrel data download --instrument BTC-USDT.KRAKEN --kind trades --from 2024-05-01 --to 2024-05-02

Only what the lake lacks is asked for; bars that have not closed are never stored. Without --from the download goes on
from what is stored. Ctrl-C keeps the pages that came; the same command goes on from there. No key is needed.`,
    )
  window(command)
  runs<DataDownloadFlags>(command, async () => (await import('../actions/data-download.ts')).downloadData)
}

function declareConvert(data: Command): void {
  const command = data
    .command('convert')
    .description("Converts a file into another format with the importer's checks, without the lake.")
    .argument('<file>', 'CSV, JSON, NDJSON, Parquet, feather or a zip archive with one of them')
    .requiredOption('-o, --output <file>', 'file to write; its ending names the format')
    .addOption(new Option('--format <format>', 'default: the ending').choices(['csv', 'parquet', 'json', 'ndjson']))
  readingFlags(command).addHelpText(
    'after',
    '\nExamples:\n  $ kestrel data convert BTC_USDT-1h.feather -o btc.csv --instrument BTC-USDT.BINANCE\n  $ kestrel data convert trades.csv -o trades.parquet --instrument XRP-ETH.BINANCE --kind trades',
  )
  runs<DataConvertFlags>(command, async () => (await import('../actions/data-convert.ts')).convertData)
}

/** How to understand a file. */
function readingFlags(command: Command): Command {
  return command
    .option('--instrument <id>', 'whose data it is: BTC-USDT.BINANCE')
    .option('--timeframe <length>', 'length of a bar; by default told from the rows')
    .addOption(new Option('--kind <kind>', 'by default told from the columns').choices(KINDS))
    .option('--name <name>', 'name of a series')
    .option('--instrument-columns <names>', 'columns that tell instruments apart: venue,coin')
    .option('--instrument-template <text>', 'instrument id from those columns: {coin}-USDT.{VENUE}')
    .option('--sparse', 'no row means that nothing traded')
    .option('--columns <list>', 'columns in order: ts:ms,open,high,low,close,volume; - leaves one out')
    .option('--knowable-delay <length>', 'from the time of a series row until it could be known: 1d, or 0 for at once')
}

function declareImport(data: Command): void {
  const command = data
    .command('import')
    .description('Imports CSV, JSON, NDJSON, Parquet, feather, zip archives, and folders of freqtrade data.')
    .argument('<file...>', 'files or folders')
  readingFlags(command)
    .option('--tick <step>', 'price step, such as 0.01')
    .option('--lot <step>', 'quantity step')
    .option('--taker-fee <rate>', 'fraction of notional')
    .option('--maker-fee <rate>', 'fraction of notional')
    .option('--contract-size <size>', 'base units of one contract')
    .option('--licence <text>', 'terms of use, kept with the data')
    .addOption(
      new Option('--on-conflict <rule>', 'where lake and file differ')
        .choices(['error', 'keep', 'replace'])
        .default('error'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ kestrel data import BTCUSDT-1h.parquet --instrument BTC-USDT.BINANCE --timeframe 1h
  $ kestrel data import trades.csv --instrument XRP-ETH.BINANCE --kind trades
  $ kestrel data import perps.parquet --instrument-columns venue,coin --instrument-template '{coin}-USDT-PERP.{VENUE}'
  $ kestrel data import price.csv --instrument BTC-USD.YAHOO --kind series --name yahoo-close
  $ kestrel data import prices.csv --columns ts:s,open,high,low,close,volume --sparse --instrument XRP-ETH.BINANCE`,
    )
  runs<DataImportFlags>(command, async () => (await import('../actions/data-import.ts')).importData)
}

function declareGenerate(data: Command): void {
  const command = data
    .command('generate')
    .description('Generates a market and marks it SYNTHETIC.')
    .requiredOption('--instrument <id>', 'name of the market: BTC-USDT.SYNTHETIC')
    .option('--timeframe <length>', 'length of a bar', '1h')
    .option('--bars <n>', 'number of bars', '10000')
    .addOption(
      new Option('--model <model>', 'how prices move')
        .choices(['garch', 'heston', 'jump', 'workload'])
        .default('garch'),
    )
    .option('--from <time>', 'time of the first bar')
    .option('--start-price <price>', 'price of the first open')
    .option('--set <name=value>', 'a parameter of the model; repeatable', collect)
    .addOption(
      new Option('--on-conflict <rule>', 'where the lake has rows')
        .choices(['error', 'keep', 'replace'])
        .default('error'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel data generate --instrument BTC-USDT.SYNTHETIC --bars 26280 --seed 7\n  $ kestrel data generate --instrument W-USD.BENCH --model workload --timeframe 1m --bars 1000000',
    )
  runs<DataGenerateFlags>(command, async () => (await import('../actions/data-generate.ts')).generateData)
}

function select(command: Command): Command {
  return command
    .option('--instrument <id>', 'only these instruments; repeatable', collect)
    .option('--timeframe <length>', 'only this length of bars')
    .addOption(new Option('--kind <kind>', 'only this kind').choices(KINDS))
    .option('--name <name>', 'only the series of this name')
}

function window(command: Command): Command {
  return command
    .option('--from <time>', 'first instant: ISO 8601 or epoch ms')
    .option('--to <time>', 'end, exclusive')
    .option('--timerange <range>', '20230101-20231231; the end is exclusive')
}
