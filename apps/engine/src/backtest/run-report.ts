import {
  type Backtest,
  buildReportModel,
  compatMetrics,
  type DataGap,
  type Finding,
  type GapProfit,
  gapProfit,
  renderReport,
  type ReportModel,
} from '@kestrel/backtest'
import { timeframeMs } from '@kestrel/core'
import { keyText } from '@kestrel/data'
import { countText } from '../cli/output/numbers.ts'
import { runVersions } from '../run-folder/run-versions.ts'
import type { RunWarning } from './backtest-document.ts'
import type { BacktestRequest } from './backtest-request.ts'
import { compatInput } from './extra-metrics.ts'
import type { LoadedMarket } from './load-market.ts'
import { marginText } from './margin-text.ts'
import { repeatCommand } from './repeat-command.ts'

/** What reading a run like a critic gives: the report and what it rests on. */
export interface RunReport {
  /** HTML; undefined with `--no-report`. */
  readonly report: string | undefined
  readonly findings: readonly Finding[]
  /** Undefined where the window has no gap. */
  readonly gapProfit: GapProfit | undefined
}

/** Builds the findings and, unless it was turned off, the report of a run. */
export function runReport(
  backtest: Backtest,
  request: BacktestRequest,
  market: LoadedMarket,
  runId: string,
  codeHash: string,
  warnings: readonly RunWarning[],
): RunReport {
  const gaps: DataGap[] = market.gaps.flatMap(({ instrument, gaps: missing }) =>
    missing.map(({ fromMs, toMs }) => ({ instrumentId: instrument, fromMs, toMs })),
  )
  const model = modelOf(backtest, request, market, gaps, runId, codeHash, warnings)
  const { equity } = backtest.base
  const barMs = timeframeMs(market.timeframe)
  return {
    report: request.report ? renderReport(model) : undefined,
    findings: model.findings,
    gapProfit: gaps.length === 0 ? undefined : gapProfit(equity, backtest.base.startEquity, gaps, barMs),
  }
}

function modelOf(
  backtest: Backtest,
  request: BacktestRequest,
  market: LoadedMarket,
  gaps: readonly DataGap[],
  runId: string,
  codeHash: string,
  warnings: readonly RunWarning[],
): ReportModel {
  const { config, base } = backtest
  const [strategy] = config.strategies
  const model = buildReportModel({
    runId,
    strategy: request.title ?? strategy?.definition.name ?? '',
    about: strategy?.definition.about ?? '',
    params: strategy?.params ?? {},
    instruments: config.instruments,
    timeframe: config.timeframe,
    fromMs: backtest.benchmark.startTimeMs,
    toMs: base.equity.timeMs.at(-1) ?? backtest.benchmark.startTimeMs,
    synthetic: market.synthetic.length > 0,
    equity: base.equity,
    trades: base.trades,
    fills: base.fills,
    orders: base.orders,
    openPositions: base.openPositions,
    metrics: backtest.metrics,
    compat:
      request.metricsCompat === undefined ? undefined : compatMetrics(request.metricsCompat, compatInput(backtest)),
    band: backtest.band,
    benchmark: backtest.benchmark,
    bars: backtest.bars,
    fill: base.fill,
    protections: config.protections,
    ...(config.margin === undefined
      ? {}
      : {
          perpetuals: {
            margin: config.margin,
            fundingMode: config.funding,
            funding: base.funding,
            marked: base.marked,
          },
        }),
    gaps,
    warnings: warnings.map(({ message }) => message),
    provenance: {
      hashes: { code: codeHash, data: market.dataHash, ...backtest.hashes },
      seed: config.seed,
      versions: { ...runVersions() },
      dataSources: [
        ...market.sources.map(({ instrument, names }) => `${instrument}: ${names.join(', ')}`),
        ...market.beside.map(
          ({ key, rows, dataHash }) => `${keyText(key)}: ${countText(rows, 'row')}, hash ${dataHash.slice(0, 12)}`,
        ),
      ],
      command: repeatCommand(request, { ...config, params: strategy?.params ?? {}, fill: base.fill }),
      config: {
        timeframe: config.timeframe,
        cash: config.cash,
        reportingCurrency: config.reportingCurrency,
        fill: base.fill,
        sizeMode: config.sizeMode,
        rebalanceBand: config.rebalanceBand,
        ...(config.margin === undefined ? {} : { margin: marginText(config), funding: config.funding }),
        universe: config.universe === undefined ? 'none' : `${config.universe.length} entries`,
      },
    },
  })
  return {
    ...model,
    assumptions: [
      ...model.assumptions,
      { label: backtest.config.execution === 'trades' ? 'Trades' : 'Finer bars', text: finerText(backtest, market) },
    ],
  }
}

function finerText({ base, bars, config }: Backtest, market: LoadedMarket): string {
  if (config.execution === 'trades')
    return `Orders are played against ${countText(market.rows, 'public trade')}, which the bars are made of too.`
  const used = Object.entries(base.refinedBars)
  if (used.length === 0) return 'None: orders are played against the bars of the run.'
  return used
    .map(
      ([id, count]) =>
        `${id}: ${count} of ${bars.get(id)?.close.length ?? 0} bars are played through ${market.finer[id] ?? ''} bars.`,
    )
    .join(' ')
}
