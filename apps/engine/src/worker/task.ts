import type { BacktestRequest } from '../backtest/backtest-request.ts'
import type { BacktestOutcome } from '../backtest/backtest-outcome.ts'
import type { CheckOutcome, CheckRequest } from '../check/check-request.ts'
import type { StrategyDescription } from '../strategy-loading/describe-strategy.ts'
import type { ErrorDocument } from '../cli/error-document.ts'

/** Work that runs code of a user, and therefore in a worker. */
export type Task =
  | { readonly kind: 'backtest'; readonly request: BacktestRequest }
  | { readonly kind: 'check'; readonly request: CheckRequest }
  | { readonly kind: 'describe'; readonly references: readonly string[]; readonly cwd: string }

/** What each task gives back. */
export interface TaskOutcomes {
  readonly backtest: BacktestOutcome
  readonly check: CheckOutcome
  readonly describe: readonly StrategyDescription[]
}

/** Part of a task, for progress and for the watchdog. */
export interface Phase {
  readonly name: string
  /** Instants to come in this phase; 0 where unknown. */
  readonly total: number
  /** What the count is of: bars. */
  readonly unit: string
  /** The user's code runs: a phase without progress is one that never returns. */
  readonly watched: boolean
}

export type WorkerMessage =
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'done'; readonly outcome: unknown }
  | { readonly type: 'failed'; readonly error: ErrorDocument }

/** What a worker is started with. */
export interface WorkerStart {
  readonly task: Task
  readonly heartbeat: SharedArrayBuffer
}

/** How a task tells where it is. */
export interface TaskProgress {
  phase(name: string, options?: { readonly total?: number; readonly watched?: boolean }): void
  /** True once the user asked to stop. */
  stopRequested(): boolean
}
