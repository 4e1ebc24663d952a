import { type Command, Option } from 'commander'
import { runs } from '../cli/define-action.ts'

export interface AccountingFlags {
  readonly method: 'fifo' | 'lifo' | 'average'
  readonly csv?: string
  readonly lots?: string
  readonly statement?: string
  readonly columns?: string
}

export function declareAccounting(program: Command): Command {
  const command = program
    .command('accounting')
    .summary('tax lots of a session, held against a statement of the venue')
    .description(
      'Turns the fills of a session into closed and open lots, with fees and funding, exact to 18 decimals. With --statement each fill is held against the CSV of trades that the venue gives out; what differs is listed, and the command ends with exit code 4. The session may be running.',
    )
    .argument('<session>')
    .addOption(
      new Option('--method <method>', 'which lots are sold first').choices(['fifo', 'lifo', 'average']).default('fifo'),
    )
    .option('--csv <file>', 'where closed lots go, one a line')
    .option('--lots <file>', 'where open lots go, one a line')
    .option('--statement <file>', "the venue's CSV of trades")
    .option(
      '--columns <name=header,...>',
      'headers of the statement: fillId, instrument, side, quantity, price, fee, feeCurrency, time; those of Binance by default',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ kestrel accounting my-session --json\n  $ kestrel accounting my-session --method average --csv gains.csv --lots open.csv\n  $ kestrel accounting my-session --statement trades.csv --columns "fillId=id,instrument=symbol,side=side,quantity=qty,price=price,time=time"',
    )
  return runs<AccountingFlags>(command, async () => (await import('../actions/accounting.ts')).accounting)
}
