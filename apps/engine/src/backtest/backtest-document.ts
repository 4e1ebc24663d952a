import { type Backtest, type CompatMetrics, type GapProfit, metricsJson, withNulls } from '@kestrel/backtest'
import { isoTime } from '@kestrel/core'
import type { RunVersions } from '../run-folder/run-versions.ts'

/** Something about a run that its reader must know. */
export interface RunWarning {
  readonly code: string
  readonly message: string
}

interface RunHashes {
  readonly code: string
  readonly data: string
  readonly trades: string
  readonly log: string
}

/** Facts of a run that the simulation itself does not know. */
export interface RunFacts {
  readonly runId: string
  readonly runDir: string
  readonly codeHash: string
  readonly dataHash: string
  readonly synthetic: boolean
  readonly versions: RunVersions
  readonly warnings: readonly RunWarning[]
  readonly gapProfit: (GapProfit & { readonly missingBars: number }) | undefined
  readonly compat: CompatMetrics | undefined
}

/** `backtest --json` without `schemaVersion` and `command`: the same text as `metrics.json` holds. */
export function backtestDocument(backtest: Backtest, facts: RunFacts) {
  const { config, metrics: run, band, hashes } = backtest
  const [strategy] = config.strategies
  const { timeMs } = backtest.base.equity
  return {
    runId: facts.runId,
    runDir: facts.runDir,
    strategy: strategy?.definition.name ?? '',
    params: strategy?.params ?? {},
    instruments: config.instruments.map(({ id }) => id),
    timeframe: config.timeframe,
    from: isoTime(backtest.benchmark.startTimeMs),
    to: isoTime(timeMs.at(-1) ?? backtest.benchmark.startTimeMs),
    synthetic: facts.synthetic,
    ...metricsJson(run),
    band:
      band === undefined
        ? null
        : { harsh: withNulls(band.harsh), base: withNulls(band.base), kind: withNulls(band.kind) },
    gaps: facts.gapProfit === undefined ? null : withNulls(facts.gapProfit),
    compat: facts.compat === undefined ? null : { ...facts.compat, values: withNulls(facts.compat.values) },
    hashes: { code: facts.codeHash, data: facts.dataHash, ...hashes } satisfies RunHashes,
    seed: config.seed,
    versions: facts.versions,
    warnings: facts.warnings,
  }
}

export type BacktestDocument = ReturnType<typeof backtestDocument>
