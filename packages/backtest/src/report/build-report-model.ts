import { type BarColumns, type Instrument, type TimeMs, type Timeframe, timeframeMs } from '@kestrel/core'
import type { EquityColumns, FillRecord, OrderRecord, ProtectionSpec, TradeRecord } from '@kestrel/kernel'
import type { BenchmarkColumns } from '../metrics/benchmark.ts'
import type { CompatMetrics } from '../metrics/compat/compat-mode.ts'
import { underwater } from '../metrics/drawdown.ts'
import type { RunMetrics } from '../metrics/metrics.ts'
import { rollingStatistics } from '../metrics/rolling.ts'
import type { RealismBand } from '../run/run-backtest.ts'
import { settleRates } from '../run/settle-rates.ts'
import type { FillModel } from '../venue/fill-model.ts'
import { assumptionFacts, SIMULATION_LIMITS } from './assumptions.ts'
import { mergeCandles, priceMarks } from './candles.ts'
import { convertedTrades } from './converted-trades.ts'
import { downsample, stretchMeans } from './downsample.ts'
import type { HeldPosition } from './findings/finding.ts'
import { findings } from './findings/findings.ts'
import { type DataGap, gapProfit } from './gap-profit.ts'
import { fundingSummaries, liquidationRows, perpetualFacts, type PerpetualInput } from './perpetual-facts.ts'
import type { OrderReason, Provenance, ReportModel, TradePoint } from './report-model.ts'
import { returnHistogram, returnSpreads } from './return-spreads.ts'
import { stoppedEntries } from './stopped-entries.ts'
import { uncoveredOrders } from './uncovered-orders.ts'
import { volumeOverdraft } from './volume-overdraft.ts'
import { volumeShares } from './volume-shares.ts'

/** A run as the runner leaves it, with what the report says about it. */
export interface ReportInput {
  readonly runId: string
  readonly strategy: string
  readonly about?: string
  readonly params: Readonly<Record<string, unknown>>
  readonly instruments: readonly Instrument[]
  readonly timeframe: Timeframe
  /** Window of the run; `toMs` exclusive. */
  readonly fromMs: TimeMs
  readonly toMs: TimeMs
  readonly synthetic: boolean
  readonly equity: EquityColumns
  readonly trades: readonly TradeRecord[]
  readonly fills: readonly FillRecord[]
  readonly orders: readonly OrderRecord[]
  readonly openPositions: readonly HeldPosition[]
  readonly metrics: RunMetrics
  readonly compat?: CompatMetrics | undefined
  readonly band?: RealismBand | undefined
  readonly benchmark?: BenchmarkColumns | undefined
  /** By instrument id, at the run's timeframe. */
  readonly bars: ReadonlyMap<string, BarColumns>
  readonly fill: FillModel
  readonly protections?: readonly ProtectionSpec[]
  /** Absent in a run of spot alone. */
  readonly perpetuals?: PerpetualInput | undefined
  readonly gaps?: readonly DataGap[]
  readonly warnings?: readonly string[]
  readonly provenance: Provenance
}

/** Days in a window of the rolling charts. */
const ROLLING_DAYS = 90
const LISTED_TRADES = 50
const CANDLES = 400
const SCATTER_POINTS = 1_500

/** Reduces a run to what its report shows: a few thousand numbers whatever the length of the run. O(bars + fills). */
export function buildReportModel(input: ReportInput): ReportModel {
  const { metrics: run, equity, fills } = input
  const rateOf = settleRates(input.instruments, run.basis.currency, input.bars)
  const trades = convertedTrades(input.trades, rateOf)
  const { startEquity } = run.metrics
  const gaps = input.gaps ?? []
  const long = trades.length > 2 * LISTED_TRADES
  return {
    runId: input.runId,
    strategy: input.strategy,
    about: input.about ?? '',
    params: Object.entries(input.params).map(([label, value]) => ({ label, text: parameterText(value) })),
    instruments: input.instruments.map(({ id }) => id),
    timeframe: input.timeframe,
    fromMs: input.fromMs,
    toMs: input.toMs,
    synthetic: input.synthetic,
    metrics: run,
    compat: input.compat,
    band: input.band,
    findings: findings({
      metrics: run.metrics,
      basis: run.basis,
      benchmark: run.benchmark,
      months: run.months,
      trades,
      spanMs: input.toMs - input.fromMs,
      band: input.band,
      gapProfit: gapProfit(equity, startEquity, gaps, timeframeMs(input.timeframe)),
      volumeShares: volumeShares(fills, input.bars),
      volumeOverdraft: volumeOverdraft(fills, input.bars, input.fill.volumeShare),
      stoppedEntries: input.fill.marketFill === 'close' ? undefined : stoppedEntries(trades, fills),
      volumeShareCap: input.fill.volumeShare,
      contractSizes: input.instruments
        .filter(({ contractSize, settlement }) => contractSize !== 1 || settlement === 'inverse')
        .map(({ id, contractSize, settlement, base, quote }) =>
          settlement === 'inverse' ? `${id} (${contractSize} ${quote})` : `${id} (${contractSize} ${base})`,
        ),
      uncoveredOrders: uncoveredOrders(input.orders),
      openPositions: input.openPositions,
      inferredInstruments: input.instruments.filter(({ source }) => source.startsWith('inferred')).map(({ id }) => id),
      synthetic: input.synthetic,
    }),
    warnings: input.warnings ?? [],
    equity: downsample(equity.timeMs, equity.equity),
    benchmark: input.benchmark === undefined ? undefined : scaledBenchmark(input.benchmark, startEquity),
    underwater: downsample(equity.timeMs, underwater(equity.equity, startEquity), 1_000),
    leverage: stretchMeans(
      equity.timeMs,
      equity.grossExposure.map((gross, i) =>
        (equity.equity[i] as number) > 0 ? gross / (equity.equity[i] as number) : 0,
      ),
    ),
    rolling: rollingLines(run),
    histogram: returnHistogram(run.daily.returns),
    spreads: returnSpreads(run),
    tradePoints: tradePoints(trades),
    price: pricePane(input),
    areTradesConverted: rateOf !== undefined,
    firstTrades: long ? trades.slice(0, LISTED_TRADES) : trades,
    lastTrades: long ? trades.slice(-LISTED_TRADES) : [],
    orderReasons: orderReasons(input.orders),
    fundingSums: fundingSummaries(input.instruments, input.perpetuals?.funding ?? []),
    liquidations: liquidationRows(fills),
    assumptions: [
      ...assumptionFacts(input.fill, input.instruments, gaps.length, input.protections),
      ...(input.perpetuals === undefined ? [] : perpetualFacts(input.instruments, input.perpetuals)),
    ],
    limits: SIMULATION_LIMITS,
    provenance: input.provenance,
  }
}

function parameterText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}

function scaledBenchmark({ timeMs, value, startValue }: BenchmarkColumns, startEquity: number) {
  return downsample(
    timeMs,
    value.map((price) => (price / startValue) * startEquity),
  )
}

function rollingLines({ daily, benchmarkReturns, basis }: RunMetrics): ReportModel['rolling'] {
  if (basis.sampling !== '1d' || daily.returns.length < ROLLING_DAYS + 10) return undefined
  const rolling = rollingStatistics(daily.timeMs, daily.returns, ROLLING_DAYS, basis.periodsPerYear, benchmarkReturns)
  return {
    window: ROLLING_DAYS,
    sharpe: downsample(rolling.timeMs, rolling.sharpe, 600),
    volatility: downsample(rolling.timeMs, rolling.volatility, 600),
    beta: rolling.beta === undefined ? undefined : downsample(rolling.timeMs, rolling.beta, 600),
  }
}

/** Every trade up to a limit, then an even selection that keeps the best and the worst. */
function tradePoints(trades: readonly TradeRecord[]): TradePoint[] {
  const step = Math.max(1, Math.ceil(trades.length / SCATTER_POINTS))
  const ratios = trades.map(({ profitRatio }) => profitRatio)
  const extremes = new Set([
    ratios.indexOf(ratios.reduce((a, b) => Math.max(a, b), -Infinity)),
    ratios.indexOf(ratios.reduce((a, b) => Math.min(a, b), Infinity)),
  ])
  return trades
    .filter((_, i) => i % step === 0 || extremes.has(i))
    .map(({ entryTimeMs, exitTimeMs, profitRatio, mae, mfe }) => ({
      holdingMs: exitTimeMs - entryTimeMs,
      profitRatio,
      mae,
      mfe,
    }))
}

/** The price of the instrument that was traded most. */
function pricePane({ fills, bars, instruments }: ReportInput): ReportModel['price'] {
  const counts = new Map<string, number>()
  for (const { instrumentId } of fills) counts.set(instrumentId, (counts.get(instrumentId) ?? 0) + 1)
  const most = [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? instruments[0]?.id
  const columns = most === undefined ? undefined : bars.get(most)
  if (most === undefined || columns === undefined || columns.close.length === 0) return undefined
  const candles = mergeCandles(columns, CANDLES)
  const own = fills.filter(({ instrumentId }) => instrumentId === most)
  return { instrumentId: most, candles, marks: priceMarks(candles, own), fills: own.length }
}

/** Orders that were refused, rejected, cancelled or expired, by reason, the most frequent first; twenty at most. */
function orderReasons(orders: readonly OrderRecord[]): OrderReason[] {
  const stopped = orders.filter(({ state }) => ['refused', 'rejected', 'cancelled', 'expired'].includes(state))
  const groups = Map.groupBy(stopped, ({ state, reason }) => `${state}\u0000${reason}`)
  return [...groups.values()]
    .map((members) => ({
      state: members[0]?.state ?? '',
      reason: members[0]?.reason ?? '',
      count: members.length,
    }))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    .slice(0, 20)
}
