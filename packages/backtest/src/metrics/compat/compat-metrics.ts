import type { MetricsInput } from '../metrics.ts'
import { backtestingMetrics } from './backtesting.ts'
import type { CompatMetrics, CompatMode } from './compat-mode.ts'
import { freqtradeMetrics } from './freqtrade.ts'
import { leanMetrics } from './lean.ts'
import { quantstatsMetrics } from './quantstats.ts'

const BY_MODE: Readonly<Record<CompatMode, (input: MetricsInput) => CompatMetrics>> = {
  freqtrade: freqtradeMetrics,
  quantstats: quantstatsMetrics,
  lean: leanMetrics,
  backtesting: backtestingMetrics,
}

/** The same run by the formulas of another tool, so that its numbers can be compared with that tool's. */
export function compatMetrics(mode: CompatMode, input: MetricsInput): CompatMetrics {
  return BY_MODE[mode](input)
}
