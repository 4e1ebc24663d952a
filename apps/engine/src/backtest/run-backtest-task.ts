import { type Backtest, type BacktestPass, compatMetrics, runBacktest } from '@kestrel/backtest'
import { KestrelError, UsageError } from '@kestrel/core'
import { openLake } from '@kestrel/data'
import {
  configureStrategy,
  parseProtection,
  protectionOf,
  type ProtectionSpec,
  type RunControl,
  type StrategyInstance,
  type UniverseEntry,
} from '@kestrel/kernel'
import { interruptedError } from '../cli/command-error.ts'
import { appendTrial, hashOfJson, readTrials, type Trial, trialsOnSameData } from '../run-folder/trial-ledger.ts'
import { claimRunId } from '../run-folder/claim-run-id.ts'
import { writeRunFolder } from '../run-folder/write-run-folder.ts'
import { runId } from '../run-folder/run-id.ts'
import { runManifest } from '../run-folder/manifest.ts'
import { runVersions } from '../run-folder/run-versions.ts'
import { coerceParams } from '../strategy-loading/coerce-params.ts'
import { type LoadedStrategy, loadStrategy } from '../strategy-loading/load-strategy.ts'
import { sourcePlace } from '../strategy-loading/source-place.ts'
import type { TaskProgress } from '../worker/task.ts'
import { backtestDocument, type RunFacts } from './backtest-document.ts'
import type { BacktestOutcome } from './backtest-outcome.ts'
import type { BacktestRequest } from './backtest-request.ts'
import { compatInput, withTrials } from './extra-metrics.ts'
import { feeSchedulesOf } from './fee-schedules.ts'
import { withFeeCurrency } from './fee-currency-bars.ts'
import { type LoadedMarket, loadMarket } from './load-market.ts'
import { marginTables } from './margin-tables.ts'
import { readUniverse } from './read-universe.ts'
import { missingBars, refuseGaps } from './refuse-gaps.ts'
import { runReport } from './run-report.ts'
import { findingWarnings, runWarnings } from './run-warnings.ts'
import { selectInstruments } from './select-instruments.ts'
import { SeriesShelf } from './series-shelf.ts'

/**
 * A backtest from request to written run folder. Runs in the worker.
 *
 * @throws what its parts throw; nothing is written then.
 */
export async function runBacktestTask(
  asked: BacktestRequest,
  progress: TaskProgress,
  control: RunControl,
): Promise<BacktestOutcome> {
  const startedMs = performance.now()
  const request = withFeeSchedules(asked)
  progress.phase('load strategy', { watched: true })
  const strategy = await loadStrategy(request.strategy, request.cwd)
  const instance = configured(strategy, request)
  // What cannot be read is said before any data is.
  protectionsOf(request)
  const universe = request.universe === undefined ? undefined : readUniverse(request.universe)

  progress.phase('load data')
  const lake = openLake(request.dataDir)
  const { datasets } = await lake.list()
  const members = universe === undefined ? [] : [...new Set(universe.flatMap((entry) => entry.members))]
  const wanted = request.instruments.length === 0 ? members : request.instruments
  const selection = selectInstruments(wanted, request.timeframe, datasets)
  const bare = await loadMarket(lake, selection, request, request, request.funding, datasets)
  if (!request.allowGaps) refuseGaps(bare.gaps)

  const shelf = new SeriesShelf(lake, selection.instruments, datasets, bare.span.toMs)
  const priced = await withFeeCurrency(bare, lake, request, datasets)
  const withShelf = { ...priced, data: { ...priced.data, series: shelf.get.bind(shelf) } }
  const untracked = await shelf.runWith(() =>
    withPlace(() => simulateAll(request, instance, universe, withShelf, progress, control)),
  )
  await lake.close()
  const market = withSeries(withShelf, shelf)
  if (untracked.stopped || progress.stopRequested()) throw interrupted()
  const trial = trialOf(untracked, request, strategy, market)
  const backtest = withTrials(untracked, trialsOnSameData(await readTrials(request.dataDir), trial))

  progress.phase('report')
  await using claim = await claimRunId(request.runsDir, trial.runId)
  const { id } = claim
  const plain = runWarnings(backtest, request, market)
  const { report, gapProfit, findings } = runReport(backtest, request, market, id, strategy.codeHash, plain)
  const facts: RunFacts = {
    runId: id,
    runDir: `${request.runsDir}/${id}`,
    codeHash: strategy.codeHash,
    dataHash: market.dataHash,
    synthetic: market.synthetic.length > 0,
    versions: runVersions(),
    warnings: [...plain, ...findingWarnings(findings)],
    gapProfit: gapProfit === undefined ? undefined : { ...gapProfit, missingBars: missingBars(market.gaps) },
    compat:
      request.metricsCompat === undefined ? undefined : compatMetrics(request.metricsCompat, compatInput(backtest)),
  }
  const document = backtestDocument(backtest, facts)
  if (progress.stopRequested()) throw interrupted()
  progress.phase('write')
  await writeRunFolder(request.runsDir, id, {
    simulation: backtest.base,
    hasPerpetuals: backtest.config.margin !== undefined,
    hasLoans: backtest.config.borrow !== undefined,
    manifest: runManifest(backtest, request, market, facts, strategy.file),
    metrics: { schemaVersion: 1, command: 'backtest', ...document },
    report,
  })
  await appendTrial(request.dataDir, { ...trial, runId: id })
  return {
    document,
    findings,
    gapProfit,
    report: report === undefined ? undefined : `${facts.runDir}/report.html`,
    bars: market.rows,
    elapsedMs: performance.now() - startedMs,
  }
}

/** The request with the fee schedules that it names. */
function withFeeSchedules(request: BacktestRequest): BacktestRequest {
  const { fees, fill, cwd } = request
  return fees === undefined ? request : { ...request, fill: { ...fill, fees: feeSchedulesOf(fees, cwd) } }
}

/** The market with what the strategy read beside the bars. */
function withSeries(market: LoadedMarket, shelf: SeriesShelf): LoadedMarket {
  const { synthetic, dataHash } = market
  return {
    ...market,
    series: [...market.series, ...shelf.uses],
    synthetic: [...synthetic, ...shelf.syntheticDatasets],
    dataHash: shelf.hashWith(dataHash),
  }
}

/** Adds the place in the strategy's file to an error that its code threw. */
function withPlace<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!KestrelError.isInstance(error) || error.name !== 'StrategyError') throw error
    const place = sourcePlace(error.cause)
    if (place === undefined) throw error
    const { code, message, hint, meta, cause } = error
    const next = hint === undefined ? `Look at ${place}.` : `${hint} It happened at ${place}.`
    const placed = new KestrelError({ code, message, hint: next, meta: { ...meta, place }, cause })
    placed.name = error.name
    throw placed
  }
}

function configured({ definition }: LoadedStrategy, request: BacktestRequest): StrategyInstance {
  return configureStrategy(definition, { ...request.params, ...coerceParams(definition, request.paramTexts) })
}

function protectionsOf({ protections }: BacktestRequest): ProtectionSpec[] {
  return protections.map((each) => (typeof each === 'string' ? parseProtection(each) : protectionOf(each)))
}

function simulateAll(
  request: BacktestRequest,
  instance: StrategyInstance,
  universe: readonly UniverseEntry[] | undefined,
  market: LoadedMarket,
  progress: TaskProgress,
  control: RunControl,
): Backtest {
  const { timeframe } = market
  const instants = Math.max(...market.instruments.map(({ id }) => market.data.bars(id, timeframe)?.close.length ?? 0))
  const names: Readonly<Record<BacktestPass, string>> = { base: 'run', harsh: 'run (harsh)', kind: 'run (kind)' }
  checkUniverse(universe, market)
  return runBacktest(
    {
      instruments: market.instruments,
      timeframe,
      strategies: [instance],
      cash: request.cash,
      fill: request.fill,
      execution: request.ticks ? 'trades' : 'bars',
      margin: { ...request.margin, tables: marginTables(market.instruments, request.marginTiers) },
      funding: request.funding,
      ...(request.borrow === undefined ? {} : { borrow: request.borrow }),
      sizeMode: request.sizeMode,
      protections: protectionsOf(request),
      decisions: request.decisions,
      seed: request.seed,
      ...(request.rebalanceBand === undefined ? {} : { rebalanceBand: request.rebalanceBand }),
      ...(request.reportingCurrency === undefined ? {} : { reportingCurrency: request.reportingCurrency }),
      ...(universe === undefined ? {} : { universe }),
    },
    market.data,
    {
      band: request.band,
      control(pass) {
        progress.phase(names[pass], { total: instants, watched: true })
        return control
      },
    },
  )
}

function checkUniverse(universe: readonly UniverseEntry[] | undefined, market: LoadedMarket): void {
  const ids = new Set(market.instruments.map(({ id }) => id))
  const absent = universe?.flatMap(({ members }) => members).find((id) => !ids.has(id))
  if (absent === undefined) return
  throw new UsageError({
    code: 'UNIVERSE_INSTRUMENT',
    message: `The universe names ${absent}, which is not an instrument of this run. Nothing was run.`,
    hint: 'Leave out --instrument to run on every instrument of the universe file.',
    meta: { instrument: absent },
  })
}

function trialOf(backtest: Backtest, request: BacktestRequest, strategy: LoadedStrategy, market: LoadedMarket): Trial {
  const { config, metrics, hashes } = backtest
  const { sharpe } = metrics.metrics
  const [instance] = config.strategies
  const settings = {
    params: instance?.params,
    cash: config.cash,
    fill: config.fill,
    ...(config.execution === 'trades' ? { execution: config.execution } : {}),
    sizeMode: config.sizeMode,
    rebalanceBand: config.rebalanceBand,
    reportingCurrency: config.reportingCurrency,
    universe: config.universe,
    ...(config.protections.length === 0 ? {} : { protections: config.protections }),
    seed: config.seed,
    ...(config.margin === undefined ? {} : { margin: request.margin, funding: config.funding }),
    ...(config.borrow === undefined ? {} : { borrow: config.borrow }),
  }
  const configHash = hashOfJson(settings)
  const name = strategy.definition.name
  return {
    tsMs: request.startedAtMs,
    runId: runId(request.startedAtMs, name, [strategy.codeHash, market.dataHash, configHash, hashes.log]),
    strategy: name,
    codeHash: strategy.codeHash,
    configHash,
    dataHash: market.dataHash,
    instruments: config.instruments.map(({ id }) => id),
    timeframe: config.timeframe,
    fromMs: market.span.fromMs,
    toMs: market.span.toMs,
    sharpePerPeriod: sharpe === undefined ? null : sharpe / Math.sqrt(metrics.basis.periodsPerYear),
  }
}

function interrupted(): Error {
  return interruptedError('Interrupted. No run was written; nothing was changed.')
}
