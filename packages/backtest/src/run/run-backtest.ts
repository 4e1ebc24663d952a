import { type BarColumns, type Instrument, lowerBound, sliceBars, type TimeMs } from '@kestrel/core'
import { contractNotional, type RunControl } from '@kestrel/kernel'
import type { BenchmarkColumns } from '../metrics/benchmark.ts'
import { computeMetrics } from '../metrics/compute-metrics.ts'
import type { RunMetrics } from '../metrics/metrics.ts'
import type { Trials } from '../metrics/sharpe-significance.ts'
import { harsher, kinder } from '../venue/fill-model.ts'
import { type BacktestConfig, type BacktestData, type ResolvedConfig, resolveConfig } from './backtest-config.ts'
import { equalWeightBenchmark } from './equal-weight-benchmark.ts'
import { requireFunding } from './require-funding.ts'
import { settleRates } from './settle-rates.ts'
import { prepareData, type Simulation, simulate } from './simulate.ts'
import { tradesHash } from './trades-hash.ts'

/** One end of the realism band, or its middle. */
export interface BandRow {
  readonly endEquity: number
  readonly totalReturn: number
  readonly sharpe: number | undefined
  readonly maxDrawdown: number
  readonly trades: number
}

/** The same strategy under harsher and kinder assumptions: how much of the result is assumption. */
export interface RealismBand {
  readonly harsh: BandRow
  readonly base: BandRow
  readonly kind: BandRow
}

/** Which pass of a backtest is running, for progress. */
export type BacktestPass = 'base' | 'harsh' | 'kind'

export interface BacktestOptions {
  /** Default true. */
  readonly band?: boolean
  readonly riskFreeRate?: number
  /** Trials run so far on this data, for the deflated Sharpe. */
  readonly trials?: Trials
  /** Watches and stops a pass. */
  readonly control?: (pass: BacktestPass) => RunControl
}

/** A finished backtest, before it is written anywhere. */
export interface Backtest {
  readonly config: ResolvedConfig
  readonly base: Simulation
  readonly band: RealismBand | undefined
  readonly metrics: RunMetrics
  readonly benchmark: BenchmarkColumns
  /** By instrument id. */
  readonly bars: ReadonlyMap<string, BarColumns>
  readonly hashes: { readonly trades: string; readonly log: string }
  /** True when it was stopped early; the band is then left out. */
  readonly stopped: boolean
}

/**
 * Runs a strategy over the data with the configured assumptions, then again under harsher and kinder ones, and
 * computes the metrics.
 *
 * @throws UsageError for a configuration that cannot be used, DataError for missing bars, StrategyError when the
 *   strategy throws.
 */
export function runBacktest(config: BacktestConfig, data: BacktestData, options: BacktestOptions = {}): Backtest {
  const resolved = resolveConfig(config)
  const prepared = prepareData(resolved, data)
  const played = playedBars(prepared.base, resolved.playFromMs)
  requireFunding(resolved.instruments, data, resolved.funding, ...spanOf(played.values()))
  const base = simulate(resolved, prepared, resolved.fill, options.control?.('base'))
  const benchmark = equalWeightBenchmark(resolved, played, base.startEquity, data)
  const metrics = metricsOf(resolved, base, played, benchmark, options)
  const quiet: ResolvedConfig = { ...resolved, decisions: 'none' }
  const row = (simulation: Simulation): BandRow => bandRow(metricsOf(quiet, simulation, played, benchmark, {}))
  let band: RealismBand | undefined
  if (options.band !== false && !base.stopped) {
    const harsh = simulate(quiet, prepared, harsher(resolved.fill), options.control?.('harsh'))
    const kind = harsh.stopped ? harsh : simulate(quiet, prepared, kinder(resolved.fill), options.control?.('kind'))
    if (!kind.stopped) band = { harsh: row(harsh), base: bandRow(metrics), kind: row(kind) }
  }
  return {
    config: resolved,
    base,
    band,
    metrics,
    benchmark,
    bars: played,
    hashes: {
      trades: tradesHash(base.trades, resolved.instruments.length > 1),
      log: base.log.hash(base.equity.timeMs, base.equity.equity),
    },
    stopped: base.stopped,
  }
}

/** Bars without those that only warm up. */
function playedBars(
  bars: ReadonlyMap<string, BarColumns>,
  playFromMs: TimeMs | undefined,
): ReadonlyMap<string, BarColumns> {
  if (playFromMs === undefined) return bars
  const rest = (columns: BarColumns): BarColumns =>
    sliceBars(columns, lowerBound(columns.closeTimeMs, playFromMs + 1), columns.close.length)
  return new Map([...bars].map(([id, columns]) => [id, rest(columns)]))
}

/** First open and last close of all bars. */
function spanOf(bars: Iterable<BarColumns>): [fromMs: number, toMs: number] {
  const all = [...bars]
  return [
    Math.min(...all.map(({ openTimeMs }) => openTimeMs[0] as number)),
    Math.max(...all.map(({ closeTimeMs }) => closeTimeMs.at(-1) as number)),
  ]
}

function metricsOf(
  config: ResolvedConfig,
  simulation: Simulation,
  bars: ReadonlyMap<string, BarColumns>,
  benchmark: BenchmarkColumns,
  options: BacktestOptions,
): RunMetrics {
  const quoteRate = settleRates(config.instruments, config.reportingCurrency, bars)
  const byId = new Map(config.instruments.map((each) => [each.id, each]))
  return computeMetrics({
    equity: simulation.equity,
    trades: simulation.trades,
    fills: simulation.fills,
    ...(config.margin === undefined ? {} : { funding: simulation.funding }),
    ...(quoteRate === undefined ? {} : { quoteRate }),
    notionalOf: ({ instrumentId, quantity, price }) => {
      const { settlement, contractSize } = byId.get(instrumentId) as Instrument
      return contractNotional(settlement, quantity, contractSize, price)
    },
    orders: simulation.orders,
    startEquity: simulation.startEquity,
    currency: config.reportingCurrency,
    startTimeMs: benchmark.startTimeMs,
    benchmark,
    marketChanges: [...bars.values()].map(({ open, close }) => (close.at(-1) as number) / (open[0] as number) - 1),
    ...(options.riskFreeRate === undefined ? {} : { riskFreeRate: options.riskFreeRate }),
    ...(options.trials === undefined ? {} : { trials: options.trials }),
  })
}

function bandRow({ metrics }: RunMetrics): BandRow {
  const { endEquity, totalReturn, sharpe, maxDrawdown, trades } = metrics
  return { endEquity, totalReturn, sharpe, maxDrawdown, trades }
}
