import { join, resolve } from 'node:path'
import { KestrelError } from '@kestrel/core'
import { Journal, parityHtml, type ParityReport, parityReport, rerunSession, SessionJournal } from '@kestrel/live'
import type { CommandContext } from '../cli/command-context.ts'
import { DetailedError } from '../cli/command-error.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { ParityFlags } from '../commands/parity.ts'
import { configOf } from '../session/open-session.ts'
import { isRunning, readStatus } from '../session/session-status.ts'
import { readDescriptor, sessionFolder, writeWhole } from '../session/session-descriptor.ts'

/** Compares a session with the backtest of the same window. */
export async function parity(
  context: CommandContext,
  [id = '']: readonly string[],
  { output }: ParityFlags,
): Promise<CommandResult> {
  const descriptor = readDescriptor(context, id)
  const folder = sessionFolder(context, id)
  const status = readStatus(folder.status)
  if (isRunning(status, context.clock.nowMs())) {
    throw new KestrelError({
      code: 'SESSION_RUNNING',
      message: `${id} is running (process ${status?.pid}), and its journal belongs to it alone.`,
      hint: 'End it with Ctrl-C first; the same command goes on with it afterwards.',
      meta: { session: id, pid: status?.pid },
    })
  }
  const journal = new Journal(folder.journal)
  try {
    if (status?.journal !== undefined) journal.requireHead(status.journal)
    journal.verify()
    const rerun = rerunSession(new SessionJournal(journal), await configOf(descriptor))
    if (rerun === undefined) {
      throw new KestrelError({ code: 'SESSION_EMPTY', message: `${id} has not begun: there is nothing to compare.` })
    }
    const report = parityReport(rerun)
    const path = output === undefined ? join(folder.path, 'parity.html') : resolve(context.cwd, output)
    writeWhole(path, parityHtml(report))
    const { trades, endEquity, causes } = report
    const open = `${report.openPositions.session} positions open at the end, ${report.openPositions.backtest} in the backtest.`
    const text = [
      `${id}: ${trades.session} trades, ${trades.backtest} in the backtest: ${trades.equal} equal, ${trades.matched} matched, ${trades.attributed} on one side alone and attributed, ${trades.unexplained} unexplained.`,
      open,
      `End equity ${endEquity.session.toFixed(2)}, backtest ${endEquity.backtest.toFixed(2)}.`,
      ...causes.map(({ cause, money, count }) => `  ${cause}: ${money.toFixed(4)} (${count})`),
      `Report: ${path}`,
    ].join('\n')
    if (!report.isExplained) throw unexplained(report, id, text, path)
    return { document: { ...report, report: path }, text }
  } finally {
    journal.close()
  }
}

function unexplained({ trades, rest, causes }: ParityReport, id: string, text: string, path: string): KestrelError {
  const what =
    trades.unexplained > 0
      ? `${trades.unexplained} trades or positions of ${id} differ from the backtest`
      : `${rest.toFixed(4)} of the difference in equity of ${id} is in no trade`
  return new DetailedError({
    name: 'ValidationError',
    code: 'PARITY_UNEXPLAINED',
    message: `${what}, and nothing that was recorded says why.`,
    detail: text,
    hint: 'Look at the rows "unexplained" of the report, and compare them with what the venue lists.',
    meta: { session: id, trades, rest, causes, report: path },
  })
}
