import type { TradeRecord } from '@kestrel/kernel'
import type { Basis } from '../../metrics/basis.ts'
import type { PeriodReturn } from '../../metrics/calendar-returns.ts'
import type { BenchmarkMetrics, Metrics } from '../../metrics/metrics.ts'
import type { RealismBand } from '../../run/run-backtest.ts'
import type { GapProfit } from '../gap-profit.ts'
import type { StoppedEntries } from '../stopped-entries.ts'
import type { VolumeOverdraft } from '../volume-overdraft.ts'

/** `serious` questions the result, `caution` limits it, `note` is good to know. */
export type Severity = 'serious' | 'caution' | 'note'

/** Something that a careful reader of a backtest would point out. */
export interface Finding {
  /** Stable, for scripts: `few-trades`. */
  readonly code: string
  readonly severity: Severity
  /** A few words. */
  readonly title: string
  /** One or two sentences that hold the number. */
  readonly text: string
  /** The number the finding rests on, a fraction, count or money as the sentence says. */
  readonly value: number
}

/** A position that was still held when the run ended. */
export interface HeldPosition {
  readonly instrumentId: string
  /** Base units, negative when short. */
  readonly quantity: number
}

/** What the findings are drawn from. */
export interface FindingsInput {
  readonly metrics: Metrics
  readonly basis: Basis
  readonly benchmark?: BenchmarkMetrics | undefined
  readonly months: readonly PeriodReturn[]
  readonly trades: readonly TradeRecord[]
  readonly spanMs: number
  readonly band?: RealismBand | undefined
  readonly gapProfit?: GapProfit | undefined
  /** Part of its bar's volume that each fill took, shape `[fills]`, any order. */
  readonly volumeShares?: Float64Array | undefined
  /** Fills beyond what their bars held. */
  readonly volumeOverdraft?: VolumeOverdraft | undefined
  /** Largest part of a bar's volume that may be taken; undefined without a cap. */
  readonly volumeShareCap?: number | undefined
  /** Instruments whose quantity counts contracts of another size than one unit of the base, in words. */
  readonly contractSizes?: readonly string[]
  /** Absent where fills at the close make the two alike. */
  readonly stoppedEntries?: StoppedEntries | undefined
  /** Orders that ended because the account could not cover them at the fill. Default 0. */
  readonly uncoveredOrders?: number
  readonly openPositions: readonly HeldPosition[]
  /** Instruments whose tick and lot nobody stated. */
  readonly inferredInstruments: readonly string[]
  readonly synthetic: boolean
}
