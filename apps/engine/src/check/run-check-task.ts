import { checkStrategy, type StrategyCheckReport } from '@kestrel/backtest'
import type { RunControl } from '@kestrel/kernel'
import { interruptedError } from '../cli/command-error.ts'
import { coerceParams } from '../strategy-loading/coerce-params.ts'
import { loadStrategy } from '../strategy-loading/load-strategy.ts'
import type { TaskProgress } from '../worker/task.ts'
import type { CheckOutcome, CheckRequest } from './check-request.ts'

/** Runs the contract suite over strategies. Runs in the worker. Errors as of `loadStrategy`. */
export async function runCheckTask(
  request: CheckRequest,
  progress: TaskProgress,
  control: RunControl,
): Promise<CheckOutcome> {
  const reports: StrategyCheckReport[] = []
  for (const reference of request.strategies) {
    progress.phase(`check ${reference}`, { watched: true })
    const { definition } = await loadStrategy(reference, request.cwd)
    const params = coerceParams(definition, request.paramTexts)
    reports.push(checkStrategy(definition, { params, timeframe: request.timeframe, control }))
    if (progress.stopRequested()) throw interruptedError('Interrupted. Nothing was changed.')
  }
  return reports
}
