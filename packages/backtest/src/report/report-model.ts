import type { TimeMs, Timeframe } from '@kestrel/core'
import type { TradeRecord } from '@kestrel/kernel'
import type { CompatMetrics } from '../metrics/compat/compat-mode.ts'
import type { RunMetrics } from '../metrics/metrics.ts'
import type { RealismBand } from '../run/run-backtest.ts'
import type { Candles, PriceMark } from './candles.ts'
import type { Finding } from './findings/finding.ts'
import type { FundingSummary, LiquidationRow } from './perpetual-facts.ts'

/** Points of a line, already reduced to what a screen can show. Columns of one shape `[n]`. */
export interface LinePoints {
  readonly timeMs: readonly number[]
  readonly values: readonly number[]
}

/** A fact of the run as label and text. */
export interface Fact {
  readonly label: string
  readonly text: string
}

/** Orders that ended in one state for one reason. */
export interface OrderReason {
  readonly state: string
  readonly reason: string
  readonly count: number
}

/** Spread of returns over one kind of period. */
export interface ReturnSpread {
  readonly period: 'day' | 'week' | 'month'
  readonly observations: number
  readonly min: number
  readonly q25: number
  readonly median: number
  readonly q75: number
  readonly max: number
}

export interface Histogram {
  /** Returns of exactly zero, which are not in the counts. */
  readonly zeros: number
  /** Ascending, shape `[bins + 1]`. */
  readonly edges: readonly number[]
  /** Shape `[bins]`. */
  readonly counts: readonly number[]
}

/** One closed trade as a point of the scatter charts. */
export interface TradePoint {
  readonly holdingMs: number
  readonly profitRatio: number
  readonly mae: number
  readonly mfe: number
}

/** Where a run comes from and how to repeat it. Empty texts are left out of the report. */
export interface Provenance {
  /** SHA-256 by what was hashed: `code`, `data`, `trades`, `log`. */
  readonly hashes: Readonly<Record<string, string>>
  readonly seed: number
  /** Name and version of what computed it. */
  readonly versions: Readonly<Record<string, string>>
  /** Where the data came from, one line a source. */
  readonly dataSources: readonly string[]
  readonly licenceNote?: string
  /** The command that repeats the run. */
  readonly command?: string
  /** The resolved configuration; printed as JSON. */
  readonly config?: unknown
}

/** Everything the report shows, as plain data: {@link buildReportModel} reduces a run to it. */
export interface ReportModel {
  readonly runId: string
  readonly strategy: string
  readonly about: string
  readonly params: readonly Fact[]
  readonly instruments: readonly string[]
  readonly timeframe: Timeframe
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
  readonly synthetic: boolean
  readonly metrics: RunMetrics
  readonly compat: CompatMetrics | undefined
  readonly band: RealismBand | undefined
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
  readonly equity: LinePoints
  /** Benchmark scaled to the start balance. */
  readonly benchmark: LinePoints | undefined
  readonly underwater: LinePoints
  /** Gross exposure over equity, mean of each stretch of the run. */
  readonly leverage: LinePoints
  readonly rolling:
    | {
        readonly window: number
        readonly sharpe: LinePoints
        readonly volatility: LinePoints
        readonly beta: LinePoints | undefined
      }
    | undefined
  readonly histogram: Histogram | undefined
  readonly spreads: readonly ReturnSpread[]
  readonly tradePoints: readonly TradePoint[]
  readonly price:
    | {
        readonly instrumentId: string
        readonly candles: Candles
        readonly marks: readonly PriceMark[]
        readonly fills: number
      }
    | undefined
  /** Whether the money of some trades was settled in another currency than the report's. */
  readonly areTradesConverted: boolean
  readonly firstTrades: readonly TradeRecord[]
  /** Empty where the first already hold all. */
  readonly lastTrades: readonly TradeRecord[]
  readonly orderReasons: readonly OrderReason[]
  /** Both empty in a run without perpetuals. */
  readonly fundingSums: readonly FundingSummary[]
  readonly liquidations: readonly LiquidationRow[]
  readonly assumptions: readonly Fact[]
  readonly limits: readonly string[]
  readonly provenance: Provenance
}
