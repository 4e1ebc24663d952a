import type { Finding, GapProfit } from '@kestrel/backtest'
import type { BacktestDocument } from './backtest-document.ts'

/** What the worker hands back: the document for scripts and what the summary for people adds to it. */
export interface BacktestOutcome {
  readonly document: BacktestDocument
  readonly findings: readonly Finding[]
  readonly gapProfit: GapProfit | undefined
  /** Path of the report; undefined with `--no-report`. */
  readonly report: string | undefined
  readonly bars: number
  readonly elapsedMs: number
}
