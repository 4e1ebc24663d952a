import type { TimeMs } from '@kestrel/core'
import type { EquityColumns, FillRecord, FundingRecord, OrderRecord, TradeRecord } from '@kestrel/kernel'
import type { Basis } from './basis.ts'
import type { BenchmarkColumns } from './benchmark.ts'
import type { BreakdownRow } from './breakdown.ts'
import type { DatedReturn, PeriodReturn } from './calendar-returns.ts'
import type { CashFlow, DailyEquity } from './daily-equity.ts'
import type { Drawdown } from './drawdown.ts'
import type { Trials } from './sharpe-significance.ts'

/** What the metrics are computed from. */
export interface MetricsInput {
  readonly equity: EquityColumns
  /** Closed trades in order of closing. */
  readonly trades: readonly TradeRecord[]
  readonly fills: readonly FillRecord[]
  readonly orders: readonly OrderRecord[]
  /** Balance before the first bar, reporting currency, positive. */
  readonly startEquity: number
  /** Reporting currency. */
  readonly currency: string
  /** Open of the first bar; default: the first row of equity. */
  readonly startTimeMs?: TimeMs
  /** Default `1d`. */
  readonly sampling?: string
  /** Yearly; default 0. */
  readonly riskFreeRate?: number
  /** Least acceptable return per period, for Sortino and omega; default the risk-free rate per period. */
  readonly minimumReturn?: number
  readonly benchmark?: BenchmarkColumns
  /** Last close over first open, minus 1, of each instrument traded. */
  readonly marketChanges?: readonly number[]
  readonly trials?: Trials
  /** Deposits and withdrawals in order of time. */
  readonly flows?: readonly CashFlow[]
  /** Funding received and paid; default: what the closed trades say. */
  readonly funding?: readonly Pick<FundingRecord, 'instrumentId' | 'tsEventMs' | 'amount'>[]
  /** Worth of a fill in the currency that its instrument settles in; default price times quantity. */
  readonly notionalOf?: (fill: FillRecord) => number
  /** Units of the reporting currency for one unit of the currency that the instrument settles in; default 1. */
  readonly quoteRate?: (instrumentId: string, tsMs: TimeMs) => number
}

/**
 * Every metric of a run. Fractions, not percent; money in the reporting currency; durations in ms. A metric that has
 * no meaning for the run is undefined. Formulas: docs/metrics.md.
 */
export interface Metrics {
  readonly startEquity: number
  readonly endEquity: number
  readonly totalReturn: number
  readonly cagr: number | undefined
  readonly moneyWeightedReturn: number | undefined
  readonly volatility: number | undefined
  readonly sharpe: number | undefined
  readonly sortino: number | undefined
  readonly calmar: number | undefined
  /** Zero or negative. */
  readonly maxDrawdown: number
  /** Money, zero or positive. */
  readonly maxDrawdownAbs: number
  readonly maxDrawdownPeakMs: TimeMs | undefined
  readonly maxDrawdownTroughMs: TimeMs | undefined
  readonly maxDrawdownRecoveryMs: TimeMs | undefined
  readonly longestUnderwaterMs: number
  readonly currentDrawdown: number
  readonly ulcerIndex: number | undefined
  readonly martin: number | undefined
  readonly omega: number | undefined
  readonly var95: number | undefined
  readonly cvar95: number | undefined
  readonly tailRatio: number | undefined
  readonly skew: number | undefined
  readonly excessKurtosis: number | undefined
  readonly psr: number | undefined
  readonly dsr: number | undefined
  readonly minTrackRecord: number | undefined
  readonly trialCount: number | undefined
  readonly alpha: number | undefined
  readonly beta: number | undefined
  readonly informationRatio: number | undefined
  readonly correlation: number | undefined
  readonly marketChange: number | undefined
  readonly bestDay: number | undefined
  readonly worstDay: number | undefined
  readonly bestMonth: number | undefined
  readonly worstMonth: number | undefined
  readonly positiveDays: number | undefined
  readonly positiveMonths: number | undefined
  readonly trades: number
  readonly wins: number
  readonly losses: number
  readonly draws: number
  readonly winRate: number | undefined
  readonly profitFactor: number | undefined
  readonly payoffRatio: number | undefined
  readonly expectancy: number | undefined
  readonly expectancyR: number | undefined
  readonly sqn: number | undefined
  readonly kelly: number | undefined
  readonly bestTrade: number | undefined
  readonly worstTrade: number | undefined
  readonly meanHoldingMs: number | undefined
  readonly meanWinHoldingMs: number | undefined
  readonly meanLossHoldingMs: number | undefined
  readonly longestHoldingMs: number | undefined
  readonly longestWinHoldingMs: number | undefined
  readonly longestLossHoldingMs: number | undefined
  readonly maxConsecutiveWins: number
  readonly maxConsecutiveLosses: number
  readonly longTrades: number
  readonly shortTrades: number
  readonly longProfit: number
  readonly shortProfit: number
  readonly exposure: number | undefined
  readonly meanLeverage: number | undefined
  readonly maxLeverage: number | undefined
  readonly turnover: number | undefined
  readonly tradedNotional: number
  readonly fees: number
  readonly feesBps: number | undefined
  readonly funding: number
  readonly slippage: number
  readonly slippageBps: number | undefined
  readonly fills: number
  readonly orders: number
  readonly liquidations: number
  readonly rejects: number
  readonly refusals: number
  readonly expired: number
}

/** A benchmark over the same window, by the same formulas. */
export interface BenchmarkMetrics {
  readonly name: string
  readonly totalReturn: number
  readonly cagr: number | undefined
  readonly volatility: number | undefined
  readonly sharpe: number | undefined
  readonly maxDrawdown: number
}

/** The metrics of a run, what they rest on, and the tables and columns that a report shows. */
export interface RunMetrics {
  readonly basis: Basis
  readonly metrics: Metrics
  readonly benchmark: BenchmarkMetrics | undefined
  readonly daily: DailyEquity
  /** Returns of the benchmark over the periods of `daily`. */
  readonly benchmarkReturns: Float64Array | undefined
  /** Ten at most, deepest first. */
  readonly worstDrawdowns: readonly Drawdown[]
  readonly months: readonly PeriodReturn[]
  readonly years: readonly PeriodReturn[]
  readonly bestDay: DatedReturn | undefined
  readonly worstDay: DatedReturn | undefined
  readonly byInstrument: readonly BreakdownRow[]
  readonly byEntryTag: readonly BreakdownRow[]
  readonly byExitReason: readonly BreakdownRow[]
  readonly byDirection: readonly BreakdownRow[]
}
