import type { StrategyCheckReport } from '@kestrel/backtest'
import { timeframeMs } from '@kestrel/core'
import { DetailedError } from '../cli/command-error.ts'
import type { CommandContext } from '../cli/command-context.ts'
import type { CommandResult } from '../cli/command-result.ts'
import { parseParamTexts } from '../backtest/build-request.ts'
import { type Style, styleOf } from '../cli/output/style.ts'
import { wrapText } from '../cli/output/wrap-text.ts'
import type { StrategyCheckFlags } from '../commands/strategy.ts'
import { runInWorker } from '../worker/run-in-worker.ts'

/** Milliseconds without progress after which a strategy counts as one that never returns. */
const LIMIT_MS = 60_000

/**
 * Runs the contract suite.
 *
 * @throws DetailedError `STRATEGY_CHECK_FAILED`, exit code 6, with the table of checks.
 */
export async function checkStrategies(
  context: CommandContext,
  strategies: readonly string[],
  flags: StrategyCheckFlags,
): Promise<CommandResult> {
  timeframeMs(flags.timeframe)
  const reports = await runInWorker(
    {
      kind: 'check',
      request: {
        strategies,
        cwd: context.cwd,
        paramTexts: parseParamTexts(flags.param ?? []),
        timeframe: flags.timeframe,
      },
    },
    { progress: context.progress, watchdogMs: LIMIT_MS, subject: `strategy ${strategies.join(', ')}` },
  )
  const bad = reports.filter(({ passed }) => !passed)
  const textOf = (style: Style): string => reports.map((report) => reportText(report, style)).join('\n\n')
  if (bad.length === 0) return { document: { reports }, rows: reports, text: textOf(context.style) }
  const failures = bad.flatMap(({ strategy, checks }) =>
    checks.filter(({ passed }) => !passed).map(({ name }) => `${strategy}: ${name}`),
  )
  throw new DetailedError({
    name: 'ValidationError',
    code: 'STRATEGY_CHECK_FAILED',
    message: `${failures.length} ${failures.length === 1 ? 'check' : 'checks'} failed: ${failures.join('; ')}.`,
    meta: { reports },
    detail: textOf(styleOf(context.terminal.colorStderr)),
  })
}

function reportText({ strategy, checks }: StrategyCheckReport, style: Style): string {
  const lines = checks.flatMap(({ name, passed, detail }) => {
    const mark = passed ? style.good('pass') : style.bad('FAIL')
    const [first = '', ...rest] = wrapText(detail, 80 - 6)
    return [`${mark}  ${style.bold(name)}`, `      ${first}`, ...rest.map((line) => `      ${line}`)]
  })
  return [style.bold(strategy), ...lines].join('\n')
}
