import { buildRequest, strategyTimeoutSeconds } from '../backtest/build-request.ts'
import { summaryText } from '../backtest/summary-text.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import type { BacktestFlags } from '../commands/backtest.ts'
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
  )
  // In the JSON form the warnings are part of the document.
  if (context.common.json !== true) {
    for (const { message } of outcome.document.warnings) context.note(`Warning: ${message}`)
  }
  return { document: outcome.document, text: summaryText(outcome, context.style) }
}
