import type { StrategyCheckReport } from '@kestrel/backtest'

/** What `kestrel strategy check` was asked for. */
export interface CheckRequest {
  readonly strategies: readonly string[]
  readonly cwd: string
  readonly paramTexts: Readonly<Record<string, string>>
  readonly timeframe: string
}

/** One report for each strategy, in order. */
export type CheckOutcome = readonly StrategyCheckReport[]
