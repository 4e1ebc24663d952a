import type { TimeMs } from '@kestrel/core'
import type { CompatMode, FundingMode, StatedFillModel } from '@kestrel/backtest'
import type { AskedFees } from './cost-flags.ts'
import type { BorrowTerms, DecisionMode, MarginOptions, SizeMode } from '@kestrel/kernel'

/** What `kestrel backtest` was asked for, as plain data for the worker. Everything here stands in the manifest. */
export interface BacktestRequest {
  /** Registered name, or path of a file relative to `cwd`. */
  readonly strategy: string
  readonly cwd: string
  /** From settings files and `--params`: values. */
  readonly params: Readonly<Record<string, unknown>>
  /** From `--param`: text, read by the strategy's schema. */
  readonly paramTexts: Readonly<Record<string, string>>
  /** Empty: the only instrument of the lake. */
  readonly instruments: readonly string[]
  /** Undefined: the only timeframe that the lake has of them. */
  readonly timeframe: string | undefined
  readonly fromMs: TimeMs | undefined
  /** Exclusive. */
  readonly toMs: TimeMs | undefined
  /** In the reporting currency, or by currency. */
  readonly cash: number | Readonly<Record<string, number>>
  readonly fill: StatedFillModel
  /** Undefined where fees are rates. */
  readonly fees: AskedFees | undefined
  /** For perpetuals. */
  readonly margin: Pick<MarginOptions, 'mode' | 'positionMode' | 'leverage'>
  /** File with margin tables that go before the shipped ones. */
  readonly marginTiers: string | undefined
  readonly funding: FundingMode
  /** Lets spot borrow; undefined where it may not. */
  readonly borrow: BorrowTerms | undefined
  readonly sizeMode: SizeMode
  readonly rebalanceBand: number | undefined
  readonly reportingCurrency: string | undefined
  readonly decisions: DecisionMode
  /** As stated: lines of `--protect`, or objects from a settings file. Read by the kernel in the worker. */
  readonly protections: readonly (string | Readonly<Record<string, unknown>>)[]
  readonly seed: number
  /** File with the members of the universe. */
  readonly universe: string | undefined
  readonly allowGaps: boolean
  readonly finer: boolean
  /** Play orders against trades, and make the bars of them. */
  readonly ticks: boolean
  readonly band: boolean
  readonly report: boolean
  readonly metricsCompat: CompatMode | undefined
  readonly title: string | undefined
  /** Flags of every command that have a say in the result, as they were typed. */
  readonly commonFlags: readonly string[]
  readonly dataDir: string
  readonly runsDir: string
  /** Time of the app's clock; part of the run's name and of no hash. */
  readonly startedAtMs: TimeMs
}
