import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Instrument, instrumentOf, KestrelError, UsageError } from '@kestrel/core'
import {
  type AccountingReport,
  accountSession,
  accountTrades,
  amountText,
  compareWithStatement,
  gainsCsv,
  openLotsCsv,
  readJournalCopy,
  type RateLookup,
  readStatement,
  type SessionAccounting,
  SessionJournal,
  sessionRecords,
  type StatementColumns,
  type StatementComparison,
} from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import { DetailedError } from '../cli/command-error.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { fileProblem } from '../cli/file-problem.ts'
import { tableText } from '../cli/output/table.ts'
import type { AccountingFlags } from '../commands/accounting.ts'
import { mayReplace } from '../output-file/may-replace.ts'
import { writeOutputFile } from '../output-file/write-output-files.ts'
import { feeRates } from '../session/fee-rates.ts'
import { configOf } from '../session/open-session.ts'
import { readDescriptor, sessionFolder } from '../session/session-descriptor.ts'

/** Headers of the CSV of spot trades that Binance gives out. */
const BINANCE: StatementColumns = {
  instrument: 'Pair',
  side: 'Side',
  quantity: 'Executed',
  price: 'Price',
  fee: 'Fee',
  time: 'Date(UTC)',
}
const NEEDED = ['instrument', 'side', 'quantity', 'price', 'time'] as const
const KNOWN: readonly string[] = [...NEEDED, 'fillId', 'fee', 'feeCurrency']

/** Tax lots of a session, and what its venue says of the same fills. */
export async function accounting(
  context: CommandContext,
  [id = '']: readonly string[],
  { method, csv, lots, statement, columns }: AccountingFlags,
): Promise<CommandResult> {
  const descriptor = readDescriptor(context, id)
  const instruments = descriptor.instruments.map(instrumentOf)
  // What cannot be used shows before anything is worked out or written.
  const rows = statement === undefined ? undefined : statementOf(context, statement, columnsOf(columns), instruments)
  const targets = [csv, lots].map((file) => (file === undefined ? undefined : resolve(context.cwd, file)))
  for (const target of targets) if (target !== undefined) await mayReplace(context, target)
  const config = await configOf(descriptor)
  // A copy: the session may run, and holds its journal.
  const account = readJournalCopy(sessionFolder(context, id).journal, (journal): SessionAccounting => {
    journal.verify()
    const session = new SessionJournal(journal)
    const records = sessionRecords(session, config)
    if (records !== undefined) return accountSession(session, descriptor.mode, instruments, records)
    throw new KestrelError({ code: 'SESSION_EMPTY', message: `${id} has not begun: there is nothing to account.` })
  })
  const inLake = await feeRates(context.dataDir, account.fills)
  const rateOf: RateLookup = (...asked) => account.rateOf(...asked) ?? inLake(...asked)
  const report = accountTrades({ method, ...account, rateOf })
  const texts = [gainsCsv(report), openLotsCsv(report)]
  for (const [index, target] of targets.entries()) {
    if (target !== undefined) await writeOutputFile(target, (temporary) => writeFile(temporary, texts[index] ?? ''))
  }
  const comparison = rows === undefined ? undefined : compareWithStatement(account.fills, rows)
  const files = targets.filter((target) => target !== undefined)
  const document = documentOf(id, report, account.fills.length, files, comparison)
  const text = [
    totalsText(id, report, account.fills.length),
    ...files.map((path) => `Written: ${path}`),
    ...(comparison === undefined ? [] : [`Statement: ${comparison.matched} fills found on both sides.`]),
  ].join('\n')
  if (comparison?.isEqual === false) throw differs(id, text, comparison, document)
  return { document, text }
}

function documentOf(
  id: string,
  { method, gains, open, totals }: AccountingReport,
  fills: number,
  files: readonly string[],
  comparison: StatementComparison | undefined,
): Readonly<Record<string, unknown>> {
  return {
    id,
    method,
    fills,
    closed: gains.length,
    totals: totals.map((each) => ({
      currency: each.currency,
      gains: amountText(each.gains),
      fees: amountText(each.fees),
      funding: amountText(each.funding),
      uncovered: amountText(each.uncovered),
    })),
    open: open.map(({ instrument, direction, quantity, cost, fee, currency, timeMs }) => ({
      instrument: instrument.id,
      direction,
      quantity: amountText(quantity),
      cost: amountText(cost),
      fee: amountText(fee),
      currency,
      openedMs: timeMs,
    })),
    files,
    ...(comparison === undefined
      ? {}
      : {
          statement: {
            isEqual: comparison.isEqual,
            matched: comparison.matched,
            differences: comparison.differences,
          },
        }),
  }
}

function totalsText(id: string, { method, gains, open, totals }: AccountingReport, fills: number): string {
  const head = `${id}: ${fills} fills, ${gains.length} closed lots, ${open.length} open, by ${method}.`
  if (totals.length === 0) return head
  const table = tableText(
    ['currency', 'gains', 'fees in them', 'funding', 'of unknown origin'].map((title) => ({ title })),
    totals.map((each) => [
      each.currency,
      ...[each.gains, each.fees, each.funding, each.uncovered].map((amount) => amountText(amount)),
    ]),
  )
  return `${head}\n${table}`
}

function differs(
  id: string,
  text: string,
  { matched, differences }: StatementComparison,
  document: Readonly<Record<string, unknown>>,
): DetailedError {
  const table = tableText(
    ['instrument', 'fill', 'field', 'ours', 'statement'].map((title) => ({ title })),
    differences.map((each) => [each.instrumentId, each.name, each.field, each.ours || 'none', each.theirs || 'none']),
  )
  return new DetailedError({
    name: 'VenueError',
    code: 'ACCOUNTING_DIFFERS',
    message: `The statement and the fills of ${id} differ in ${differences.length} places; ${matched} fills are on both sides.`,
    hint: "A statement of the same days and instruments lists exactly the session's fills, where nobody else trades on the account.",
    meta: document,
    detail: `${text}\n${table}`,
  })
}

/** Lines of the statement that are of the session's instruments. */
function statementOf(
  context: CommandContext,
  file: string,
  columns: StatementColumns,
  instruments: readonly Instrument[],
): ReturnType<typeof readStatement> {
  const path = resolve(context.cwd, file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new UsageError({
      code: 'ACCOUNTING_STATEMENT',
      message: `The statement ${path} cannot be read: ${fileProblem(cause)}. Nothing was written.`,
      meta: { path },
      cause,
    })
  }
  const bySymbol = new Map(instruments.flatMap((each) => symbolsOf(each).map((symbol) => [symbol, each] as const)))
  return readStatement(text, columns, (symbol) => bySymbol.get(symbol.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')))
}

/** `BTCUSDT` of `BTC/USDT`, `BTC-USDT` and so on; for perpetuals also as venues mark them. */
function symbolsOf({ id, base, quote, kind }: Instrument): string[] {
  const plain = `${base}${quote}`
  const marked = kind === 'spot' ? [] : [`${plain}SWAP`, `${plain}PERP`, `${plain}${quote}`]
  return [plain, ...marked, id.replaceAll(/[^A-Z0-9]/g, '')]
}

/** `fillId=Trade ID,instrument=Symbol,...` */
function columnsOf(text: string | undefined): StatementColumns {
  if (text === undefined) return BINANCE
  const pairs = text.split(',').map((each) => {
    const at = each.indexOf('=')
    return [each.slice(0, Math.max(0, at)).trim(), each.slice(at + 1).trim()] as const
  })
  const bad = pairs.find(([name, header]) => !KNOWN.includes(name) || header === '')
  const names = pairs.map(([name]) => name)
  const missing = NEEDED.find((name) => !names.includes(name))
  if (bad === undefined && missing === undefined) return Object.fromEntries(pairs) as unknown as StatementColumns
  throw new UsageError({
    code: 'ACCOUNTING_COLUMNS',
    message: `--columns ${bad === undefined ? `names no ${missing}` : `cannot read "${bad.join('=')}"`}. Nothing was written.`,
    hint: `Give ${NEEDED.join(', ')}, and fillId, fee, feeCurrency where there are such: instrument=Symbol,side=Side,...`,
    meta: { columns: text },
  })
}
