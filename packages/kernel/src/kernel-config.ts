import type { BarColumns, Instrument, TimeMs, Timeframe } from '@kestrel/core'
import type { MarginSetup } from './account/contract-terms.ts'
import type { InterestRecord } from './account/interest-desk.ts'
import type { BorrowTerms } from './account/spot-borrowing.ts'
import type { FundingRecord } from './account/funding-desk.ts'
import type { DecisionMode } from './decision-log.ts'
import type { MarketData, UniverseEntry } from './market.ts'
import type { DecisionRecord, EquityColumns, FillRecord, OrderRecord } from './records.ts'
import type { ProtectionSpec } from './protections/protection-spec.ts'
import type { RiskLimits } from './risk.ts'
import type { RoundTrip } from './round-trips.ts'
import type { StrategyInstance } from './strategy.ts'
import type { VenueFactory } from './venue.ts'
import type { EventLog } from './event-log.ts'
import type { PlotSeries } from './plot-log.ts'

/** What 1 means in `target(instrument, 1)`. */
export type SizeMode = 'units' | 'cash' | 'equity'

export interface KernelConfig {
  /** Distinct; their order is the order of `onBar` and of ties. */
  readonly instruments: readonly Instrument[]
  /** Timeframe whose closes mark positions and sample equity. */
  readonly timeframe: Timeframe
  readonly strategies: readonly StrategyInstance[]
  readonly market: MarketData
  /**
   * Bars that close up to here are the past: visible from the start, so that indicators are warm, and not played. Default:
   * all bars are played.
   */
  readonly playFromMs?: TimeMs
  readonly venue: VenueFactory
  /** Starting cash by currency. */
  readonly cash: Readonly<Record<string, number>>
  readonly reportingCurrency: string
  readonly sizeMode: SizeMode
  /** Least change of a weight that is traded while a position is held; entries and exits always are. */
  readonly rebalanceBand: number
  readonly risk: RiskLimits
  readonly decisions: DecisionMode
  readonly seed: number
  /** First part of every client order id. */
  readonly session: string
  readonly universe?: readonly UniverseEntry[]
  /** What may keep positions from being opened; none unless stated. */
  readonly protections?: readonly ProtectionSpec[]
  /** Terms for perpetuals; default: isolated, one-way, leverage 1. */
  readonly margin?: MarginSetup
  /** Lets a run of spot borrow; default: it may not. */
  readonly borrow?: BorrowTerms
  /** Bars that price a currency in the reporting currency where no instrument of the run does. */
  readonly currencyBars?: Readonly<Record<string, BarColumns>>
}

/** Lets a run be watched and stopped from outside. */
export interface RunControl {
  /** Called after every instant with the number of instants done and its time; must be cheap. */
  beat(instants: number, timeMs: TimeMs): void
  /** Asked now and then; true ends the run with what it has. */
  stopRequested(): boolean
}

/** Open position at the end of a run, in its settle currency. */
export interface OpenPosition {
  readonly instrumentId: string
  readonly strategy: string
  readonly quantity: number
  readonly entryPrice: number
  readonly mark: number
  readonly unrealised: number
}

/** Everything a run produced. */
export interface RunRecords {
  /** Built from compact rows at each call: a sweep that needs none pays for none. */
  fills(): readonly FillRecord[]
  orders(): readonly OrderRecord[]
  trades(): readonly RoundTrip[]
  /** Interest paid on borrowed spot. */
  interest(): readonly InterestRecord[]
  /** Funding that positions received and paid. */
  funding(): readonly FundingRecord[]
  readonly equity: EquityColumns
  decisions(): readonly DecisionRecord[]
  readonly plots: readonly PlotSeries[]
  readonly openPositions: readonly OpenPosition[]
  readonly log: EventLog
  readonly startEquity: number
  readonly endEquity: number
  /** True when it was stopped before the end of the data. */
  readonly stopped: boolean
  /** True where a strategy listens to trades and the run has none to tell. */
  readonly lacksTrades: boolean
}
