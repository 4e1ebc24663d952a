import { buildRequest, strategyTimeoutSeconds } from '../backtest/build-request.ts'
import { summaryText } from '../backtest/summary-text.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { BacktestFlags } from '../commands/backtest.ts'
import { removeUnfinished } from '../run-folder/write-run-folder.ts'
import { runInWorker } from '../worker/run-in-worker.ts'

/** Runs a strategy on past bars in a worker and sums the result up. */
export async function backtest(
  context: CommandContext,
  [strategy = '']: readonly string[],
  flags: BacktestFlags,
): Promise<CommandResult> {
  const request = buildRequest(context, strategy, flags)
  const outcome = await runInWorker(
    { kind: 'backtest', request },
    {
      progress: context.progress,
      watchdogMs: strategyTimeoutSeconds(context, flags) * 1000,
      subject: `strategy ${strategy}`,
    },
  ).catch(async (error: unknown) => {
    // A worker that was ended in the middle of writing could not tidy up.
    await removeUnfinished(request.runsDir, true)
    throw error
  })
  // The summary shows the findings and the JSON document all warnings; only the others are said here.
  const shown = new Set(outcome.findings.map(({ code }) => code))
  if (context.common.json !== true) {
    for (const { code, message } of outcome.document.warnings) if (!shown.has(code)) context.note(`Warning: ${message}`)
  }
  return { document: outcome.document, text: summaryText(outcome, context.style) }
}
