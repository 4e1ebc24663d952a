import type { Backtest } from '@kestrel/backtest'
import { isoTime } from '@kestrel/core'
import type { BacktestRequest } from '../backtest/backtest-request.ts'
import type { RunFacts } from '../backtest/backtest-document.ts'
import type { LoadedMarket } from '../backtest/load-market.ts'
import { marginText } from '../backtest/margin-text.ts'

/** `manifest.json`: everything needed to say what was run on what, and to run it again. */
export function runManifest(
  backtest: Backtest,
  request: BacktestRequest,
  market: LoadedMarket,
  facts: RunFacts,
  strategyFile: string | undefined,
) {
  const { config, hashes, base } = backtest
  const [strategy] = config.strategies
  return {
    schemaVersion: 1,
    kind: 'backtest',
    runId: facts.runId,
    startedAt: isoTime(request.startedAtMs),
    strategy: {
      name: strategy?.definition.name ?? '',
      about: strategy?.definition.about ?? '',
      file: strategyFile ?? null,
      params: strategy?.params ?? {},
    },
    config: {
      instruments: config.instruments.map((each) => ({
        id: each.id,
        tickSize: each.tick.size,
        lotSize: each.lot.size,
        minNotional: each.minNotional,
        minQuantity: each.minQuantity,
        makerFeeRate: each.makerFeeRate,
        takerFeeRate: each.takerFeeRate,
        contractSize: each.contractSize,
        settlement: each.settlement,
        settleCurrency: each.settleCurrency,
        source: each.source,
      })),
      timeframe: config.timeframe,
      from: isoTime(backtest.benchmark.startTimeMs),
      to: isoTime(base.equity.timeMs.at(-1) ?? backtest.benchmark.startTimeMs),
      toIsExclusive: true,
      cash: config.cash,
      reportingCurrency: config.reportingCurrency,
      fill: { ...config.fill, volumeShare: config.fill.volumeShare ?? null },
      execution: config.execution,
      sizeMode: config.sizeMode,
      rebalanceBand: config.rebalanceBand,
      protections: config.protections,
      decisions: config.decisions,
      universe: config.universe ?? null,
      margin: marginText(config) ?? null,
      borrow: config.borrow ?? null,
      funding: config.margin === undefined ? null : config.funding,
      allowGaps: request.allowGaps,
      band: request.band,
    },
    data: {
      synthetic: market.synthetic,
      sources: market.sources,
      finerBars: market.finer,
      refinedBars: base.refinedBars,
      series: market.series,
      perpetualData: market.beside.map(({ key, rows, dataHash, synthetic }) => ({
        instrument: key.instrument,
        kind: key.kind,
        rows,
        dataHash,
        synthetic: synthetic !== undefined,
      })),
      gaps: market.gaps
        .filter(({ gaps }) => gaps.length > 0)
        .map(({ instrument, gaps }) => ({
          instrument,
          gaps: gaps.length,
          missingBars: gaps.reduce((sum, { count }) => sum + count, 0),
        })),
    },
    hashes: { code: facts.codeHash, data: facts.dataHash, ...hashes },
    seed: config.seed,
    versions: facts.versions,
    warnings: facts.warnings,
    synthetic: facts.synthetic,
  }
}
