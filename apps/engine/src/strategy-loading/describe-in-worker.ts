import type { CommandContext } from '../cli/command-context.ts'
import { runInWorker } from '../worker/run-in-worker.ts'
import type { StrategyDescription } from './describe-strategy.ts'

/** Milliseconds that a strategy file may take to load. */
const LOAD_LIMIT_MS = 10_000

/** Descriptions of strategies, loaded in a worker because loading a file runs it. */
export async function describeInWorker(
  context: CommandContext,
  references: readonly string[],
): Promise<readonly StrategyDescription[]> {
  return await runInWorker(
    { kind: 'describe', references, cwd: context.cwd },
    { progress: context.progress, watchdogMs: LOAD_LIMIT_MS, subject: `strategy ${references.join(', ')}` },
  )
}
